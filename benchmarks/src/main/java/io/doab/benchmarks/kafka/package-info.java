/**
 * What users of Kafka would pick instead, and what the benchmarks themselves do on the
 * broker.
 */
@NullMarked
package io.doab.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
