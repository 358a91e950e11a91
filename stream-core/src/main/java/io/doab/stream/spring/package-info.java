/**
 * Spring Boot's side: auto-configuration, properties, health and metrics.
 */
@NullMarked
package io.doab.stream.spring;

import org.jspecify.annotations.NullMarked;
