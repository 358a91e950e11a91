/**
 * Payloads as JSON, by Jackson.
 */
@NullMarked
package io.doab.stream.json;

import org.jspecify.annotations.NullMarked;
