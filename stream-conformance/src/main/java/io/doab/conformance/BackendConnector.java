package io.doab.conformance;

import io.doab.stream.spi.StreamBackend;

/**
 * Connects to a fixture's server, in this process or in that of a member.
 */
@FunctionalInterface
public interface BackendConnector {

	/** A client of the server at an address, as the fixture wrote it. */
	StreamBackend connect(String address);

	/**
	 * The connector of a class.
	 * @throws IllegalArgumentException when it is none, or has no public constructor
	 * without parameters
	 */
	static BackendConnector of(String className) {
		try {
			return Class.forName(className).asSubclass(BackendConnector.class).getConstructor().newInstance();
		}
		catch (ReflectiveOperationException | ClassCastException ex) {
			throw new IllegalArgumentException(
					className + " must be a public BackendConnector with a public constructor without parameters", ex);
		}
	}

}
