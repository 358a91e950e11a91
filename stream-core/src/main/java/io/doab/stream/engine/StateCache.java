package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.spi.StateKey;

import org.jspecify.annotations.Nullable;

/**
 * The state entries that works in flight may read, as the last of them left them. An
 * entry is held while a work that may read it is not committed: afterwards the backend
 * has the same value. Belongs to the lock of its partition.
 */
final class StateCache {

	private final Map<StateKey, Entry> entries = new HashMap<>();

	/** Holds the entries of a work, and returns those whose values have to be read. */
	List<StateKey> hold(Work work) {
		List<StateKey> missing = List.of();
		for (StateKey key : work.states) {
			Entry entry = this.entries.get(key);
			if (entry == null) {
				entry = new Entry();
				this.entries.put(key, entry);
				missing = missing.isEmpty() ? new ArrayList<>() : missing;
				missing.add(key);
			}
			entry.holders++;
		}
		return missing;
	}

	void release(Work work) {
		for (StateKey key : work.states) {
			Entry entry = this.entries.get(key);
			if (entry != null && --entry.holders == 0) {
				this.entries.remove(key);
			}
		}
	}

	byte @Nullable [] get(StateKey key) {
		Entry entry = this.entries.get(key);
		if (entry == null) {
			throw new IllegalStateException("State " + key.state() + " was not loaded for this key");
		}
		return entry.value;
	}

	/** Sets what was read, or what a handler put. */
	void set(StateKey key, byte @Nullable [] value) {
		Entry entry = this.entries.get(key);
		if (entry != null) {
			entry.value = value;
		}
	}

	private static final class Entry {

		private byte @Nullable [] value;

		private int holders;

	}

}
