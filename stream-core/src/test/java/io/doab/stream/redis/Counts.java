package io.doab.stream.redis;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often things happened.
 */
@SuppressWarnings("EnumOrdinal")
final class Counts {

	private final int[] counts = new int[Happening.values().length];

	void add(Happening happening) {
		this.counts[happening.ordinal()]++;
	}

	int of(Happening happening) {
		return this.counts[happening.ordinal()];
	}

	synchronized void addAll(Counts others) {
		for (int i = 0; i < this.counts.length; i++) {
			this.counts[i] += others.counts[i];
		}
	}

	Map<Happening, Integer> toMap() {
		Map<Happening, Integer> map = new EnumMap<>(Happening.class);
		for (Happening happening : Happening.values()) {
			map.put(happening, of(happening));
		}
		return map;
	}

}
