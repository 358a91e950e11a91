package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;

import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.doab.stream.error.FatalStreamException;

/**
 * Which member is to own which partitions of a group.
 *
 * <p>
 * The group's last assignment is stored beside its members, and the next one follows from
 * it and from who is there: so every member that computes it comes to the same. It is
 * balanced (no member has more than one partition more than another) and sticky (no
 * partition moves that need not, for balance or because its member is gone).
 *
 * @param version counts the assignments of a group
 * @param shares the partitions of each member
 */
record Assignment(long version, Map<String, NavigableSet<Integer>> shares) {

	/** What a group has before its first member. */
	static final Assignment NONE = new Assignment(0, Map.of());

	/** The partitions of a member; none when it is not known. */
	Set<Integer> of(String member) {
		Set<Integer> share = this.shares.get(member);
		return (share != null) ? share : Set.of();
	}

	/** Whether it shares out all partitions among exactly these members. */
	boolean isFor(Collection<String> members, int partitions) {
		return this.shares.keySet().equals(Set.copyOf(members))
				&& this.shares.values().stream().mapToInt(Set::size).sum() == partitions;
	}

	/** The assignment after this one, when these members are there. */
	Assignment next(Collection<String> members, int partitions) {
		Map<String, NavigableSet<Integer>> next = kept(members, partitions);
		NavigableSet<Integer> free = new TreeSet<>();
		for (int partition = 0; partition < partitions; partition++) {
			free.add(partition);
		}
		next.values().forEach(free::removeAll);
		for (int partition : free) {
			next.values()
				.stream()
				.min(Comparator.comparingInt(Set::size))
				.ifPresent((smallest) -> smallest.add(partition));
		}
		return new Assignment(this.version + 1, next);
	}

	/**
	 * What each member keeps: as much as balance leaves it. Of those that may have one
	 * more than others, who has most comes first, so that least moves.
	 */
	private Map<String, NavigableSet<Integer>> kept(Collection<String> members, int partitions) {
		Set<Integer> taken = new HashSet<>();
		Map<String, NavigableSet<Integer>> kept = new TreeMap<>();
		for (String member : new TreeSet<>(members)) {
			NavigableSet<Integer> present = of(member).stream()
				.filter((partition) -> partition < partitions && taken.add(partition))
				.collect(Collectors.toCollection(TreeSet::new));
			kept.put(member, present);
		}
		if (kept.isEmpty()) {
			return kept;
		}
		List<NavigableSet<Integer>> largestFirst = new ArrayList<>(kept.values());
		largestFirst.sort(Comparator.comparingInt((NavigableSet<Integer> share) -> share.size()).reversed());
		for (int i = 0; i < largestFirst.size(); i++) {
			int quota = partitions / kept.size() + ((i < partitions % kept.size()) ? 1 : 0);
			while (largestFirst.get(i).size() > quota) {
				largestFirst.get(i).removeLast();
			}
		}
		return kept;
	}

	/** Legible with {@code redis-cli}: {@code 7 member=0,2 other=1}. */
	String encode() {
		StringBuilder text = new StringBuilder().append(this.version);
		new TreeMap<>(this.shares).forEach((member, share) -> text.append(' ')
			.append(member)
			.append('=')
			.append(share.stream().map(String::valueOf).collect(Collectors.joining(","))));
		return text.toString();
	}

	/**
	 * Reads what {@link #encode} wrote.
	 * @throws FatalStreamException when it is something else
	 */
	static Assignment decode(String text) {
		if (text.isEmpty()) {
			return NONE;
		}
		try {
			String[] words = text.split(" ", -1);
			Map<String, NavigableSet<Integer>> shares = new TreeMap<>();
			for (String word : Arrays.asList(words).subList(1, words.length)) {
				int equals = word.indexOf('=');
				NavigableSet<Integer> share = new TreeSet<>();
				for (String partition : word.substring(equals + 1).split(",", -1)) {
					if (!partition.isEmpty()) {
						share.add(Integer.valueOf(partition));
					}
				}
				shares.put(word.substring(0, equals), share);
			}
			return new Assignment(Long.parseLong(words[0]), shares);
		}
		catch (RuntimeException ex) {
			throw new FatalStreamException("The assignment of a group in Redis cannot be read: '" + text
					+ "'. Delete its key; the members write it anew", ex);
		}
	}

}
