package io.doab.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.doab.local.InstanceAnswer.Kind;

/**
 * Who owns the partitions of one consumer group, as answers tell it one after the other,
 * and who came by one since that was told last. Belongs to one thread.
 *
 * <p>
 * The answers of a moment are not of one instant, so two instances may say that they own
 * the same partition; whoever did not say so before is the one that took it over. An
 * instance that is silent is taken to own what it did: when it speaks again and has kept
 * it, nothing moved.
 */
final class GroupOwnership {

	private final String service;

	private final String group;

	private List<InstanceAnswer> answers = List.of();

	private int partitions;

	/** By partition, those that say that they own it. */
	private Map<Integer, Set<String>> owners = new HashMap<>();

	/** By partition, whoever came by it last. */
	private final Map<Integer, String> lastOwners = new HashMap<>();

	/** The partitions whose last owner was absent since. */
	private final Set<Integer> orphaned = new HashSet<>();

	/** What is to be told, and the partitions to tell it of. */
	private final Map<News, TreeSet<Integer>> news = new LinkedHashMap<>();

	private long moves;

	GroupOwnership(String service, String group) {
		this.service = service;
		this.group = group;
	}

	/** Takes in what all instances of the service answered. */
	void accept(List<InstanceAnswer> next) {
		this.answers = List.copyOf(next);
		Map<Integer, Set<String>> now = new HashMap<>();
		for (InstanceAnswer answer : next) {
			for (int partition : owned(answer)) {
				now.computeIfAbsent(partition, (key) -> new HashSet<>()).add(answer.instance());
			}
			GroupShare share = answer.groups().get(this.group);
			this.partitions = Math.max(this.partitions, (share != null) ? share.partitions() : 0);
			if (answer.kind() == Kind.ABSENT) {
				this.lastOwners.forEach((partition, instance) -> {
					if (instance.equals(answer.instance())) {
						this.orphaned.add(partition);
					}
				});
			}
		}
		now.forEach((partition, instances) -> {
			instances.stream()
				.filter((instance) -> !this.owners.getOrDefault(partition, Set.of()).contains(instance))
				.forEach((instance) -> came(instance, partition));
		});
		this.owners = now;
	}

	private Set<Integer> owned(InstanceAnswer answer) {
		if (answer.kind() == Kind.SILENT) {
			return this.owners.entrySet()
				.stream()
				.filter((entry) -> entry.getValue().contains(answer.instance()))
				.map(Map.Entry::getKey)
				.collect(Collectors.toSet());
		}
		GroupShare share = answer.groups().get(this.group);
		return (share != null) ? share.owned() : Set.of();
	}

	/**
	 * The first owner of all took it from nobody, and one that let go of it for a moment
	 * and was there all the time, as in a rebalance, took it from nobody either.
	 */
	private void came(String instance, int partition) {
		String before = this.lastOwners.put(partition, instance);
		boolean again = instance.equals(before);
		boolean orphan = this.orphaned.remove(partition);
		if (before != null && (!again || orphan)) {
			this.moves++;
			this.news.computeIfAbsent(new News(instance, again), (key) -> new TreeSet<>()).add(partition);
		}
	}

	/** How often a partition was taken over. */
	long moves() {
		return this.moves;
	}

	/** Who owns what, and what moved since this was asked last. */
	List<String> tell() {
		List<String> parts = new ArrayList<>();
		parts.add(split());
		this.news.forEach((what, moved) -> parts.add(what.instance() + " took over " + prefix()
				+ PartitionText.of(moved, this.partitions) + (what.again() ? " again" : "")));
		this.news.clear();
		return parts;
	}

	private String split() {
		String shares = this.answers.stream().map(this::share).collect(Collectors.joining(" | "));
		TreeSet<Integer> orphans = new TreeSet<>();
		for (int partition = 0; partition < this.partitions; partition++) {
			orphans.add(partition);
		}
		this.answers.stream()
			.filter((answer) -> answer.kind() != Kind.SILENT)
			.map(this::owned)
			.forEach(orphans::removeAll);
		String text = this.service + " " + prefix() + shares;
		if (orphans.isEmpty()) {
			return text;
		}
		boolean silence = this.answers.stream().anyMatch((answer) -> answer.kind() == Kind.SILENT);
		return text + (silence ? " (not known: " : " (nobody: ") + PartitionText.of(orphans, this.partitions) + ")";
	}

	private String share(InstanceAnswer answer) {
		return (answer.kind() == Kind.SILENT) ? "?" : PartitionText.of(owned(answer), this.partitions);
	}

	/** A service mostly has one group, of its own name. */
	private String prefix() {
		return this.group.equals(this.service) ? "" : this.group + " ";
	}

	/**
	 * An instance came by partitions.
	 *
	 * @param again whether it was their last owner itself, before it died
	 */
	private record News(String instance, boolean again) {
	}

}
