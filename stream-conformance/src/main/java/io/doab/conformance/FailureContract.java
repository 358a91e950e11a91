package io.doab.conformance;

/**
 * What a backend is held to when handlers fail, throw for ever, or end their process.
 */
public interface FailureContract extends FailureCases, RetryCases, ParkingCases, CrashCases, RedriveCases {

}
