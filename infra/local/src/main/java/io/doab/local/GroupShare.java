package io.doab.local;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an instance owns of a consumer group.
 *
 * @param partitions how many there are to own
 * @param owned which of them it owns, ascending
 */
record GroupShare(int partitions, Set<Integer> owned) {

	GroupShare {
		owned = Collections.unmodifiableSet(new TreeSet<>(owned));
	}

}
