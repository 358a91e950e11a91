package io.doab.stream.spi;

/**
 * What a backend tells operators, and lets them do. All of it blocks; safe for use by
 * many threads.
 */
public interface BackendAdmin {

	StreamLogs logs();

	StoredGroups groups();

	PauseMarks pauses();

}
