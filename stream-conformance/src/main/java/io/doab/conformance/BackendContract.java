package io.doab.conformance;

/**
 * All that a backend is held to. A backend's test implements this, and is a dozen lines.
 */
public interface BackendContract
		extends ProcessingCases, TimerCases, OwnershipCases, RebalanceCases, MemberCases, AtomicCommitCases, FaultCases,
		FailureCases, RetryCases, ParkingCases, CrashCases, RedriveCases, LimitCases, ClientCases, TestKitCases {

}
