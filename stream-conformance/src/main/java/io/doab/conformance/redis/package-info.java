/**
 * Real servers for the contract of the Redis backend.
 */
@NullMarked
package io.doab.conformance.redis;

import org.jspecify.annotations.NullMarked;
