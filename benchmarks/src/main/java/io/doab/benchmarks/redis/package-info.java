/**
 * What users of Redis Streams would pick instead, and what the benchmarks themselves do
 * on the server.
 */
@NullMarked
package io.doab.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
