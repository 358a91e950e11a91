package io.doab.stream;

import java.util.Optional;

/**
 * One value per key, stored with the partition and written by the atomic commit. Values
 * must not be changed after they were put: put a new one.
 */
public interface KeyedState<S> {

	Optional<S> get();

	/** Sets the value. Where the state has a time to live, it begins anew. */
	void put(S value);

	void remove();

}
