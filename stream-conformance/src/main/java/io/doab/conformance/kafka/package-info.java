/**
 * Real servers for the contract of the Kafka backend.
 */
@NullMarked
package io.doab.conformance.kafka;

import org.jspecify.annotations.NullMarked;
