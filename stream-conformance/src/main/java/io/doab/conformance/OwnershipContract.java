package io.doab.conformance;

/**
 * What a backend is held to when members come, go, stand still and are killed, and when
 * servers and networks break.
 */
public interface OwnershipContract extends OwnershipCases, RebalanceCases, MemberCases, AtomicCommitCases, FaultCases {

}
