package io.doab.stream.redis;

/**
 * A commit of a simulated member.
 *
 * @param id stands for what it writes
 * @param number its number under the lease
 * @param base the commit that left the state on which it was prepared
 * @param input the entry of the inputs that it answers
 */
record SimulatedCommit(long id, long number, long base, long input) {
}
