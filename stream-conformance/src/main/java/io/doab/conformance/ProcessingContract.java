package io.doab.conformance;

/**
 * What a backend is held to for the events and the state of its processors.
 */
public interface ProcessingContract
		extends ProcessingCases, TimerCases, JoinCases, LimitCases, ClientCases, TestKitCases {

}
