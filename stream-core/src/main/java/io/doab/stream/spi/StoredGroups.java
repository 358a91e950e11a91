package io.doab.stream.spi;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.doab.stream.GroupDescription;

/**
 * The groups that have stored anything at the backend.
 */
public interface StoredGroups {

	/** Their names. */
	Set<String> names();

	/** Those that read a stream. */
	Set<String> readersOf(String stream);

	/** A group, without its pause. */
	Optional<GroupDescription> describe(String group);

	/**
	 * All entries of one state of a group that is there, by partition. For states that
	 * are known to be small.
	 */
	Map<Integer, Map<String, byte[]>> state(String group, String state);

}
