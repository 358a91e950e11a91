package io.doab.conformance;

/**
 * All that a backend is held to. A backend's test implements this, or its parts in
 * classes that run side by side; it is a dozen lines.
 */
public interface BackendContract extends ProcessingContract, FailureContract, OwnershipContract, LogContract {

}
