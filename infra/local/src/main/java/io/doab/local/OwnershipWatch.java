package io.doab.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Who owns the partitions of those services that have more than one instance.
 *
 * <p>
 * Belongs to one thread, which no instance holds up: what is told is what was answered by
 * then, and one that does not answer is told as such.
 */
public final class OwnershipWatch {

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private final OwnershipProbe probe;

	private final List<ServiceInstance> instances;

	/** By service and group. */
	private final Map<ServiceName, Map<String, GroupOwnership>> groups = new LinkedHashMap<>();

	private @Nullable CompletableFuture<List<InstanceAnswer>> asking;

	public OwnershipWatch(List<ServiceInstance> services) {
		this(services, LIMIT);
	}

	/** Gives an instance so much time for an answer. */
	OwnershipWatch(List<ServiceInstance> services, Duration limit) {
		this.probe = new OwnershipProbe(limit);
		Map<ServiceName, Long> counts = services.stream()
			.collect(Collectors.groupingBy(ServiceInstance::service, Collectors.counting()));
		this.instances = services.stream().filter((service) -> counts.getOrDefault(service.service(), 0L) > 1).toList();
	}

	/**
	 * Takes in what was answered since, and asks anew. To be called so often that no
	 * change goes unseen.
	 */
	public void check() {
		CompletableFuture<List<InstanceAnswer>> current = this.asking;
		if (current != null) {
			if (!current.isDone()) {
				return;
			}
			accept(current.resultNow());
		}
		this.asking = this.instances.isEmpty() ? null : this.probe.ask(this.instances);
	}

	private void accept(List<InstanceAnswer> answers) {
		Map<ServiceName, List<InstanceAnswer>> byService = new LinkedHashMap<>();
		for (int i = 0; i < answers.size(); i++) {
			byService.computeIfAbsent(this.instances.get(i).service(), (key) -> new ArrayList<>()).add(answers.get(i));
		}
		byService.forEach(this::accept);
	}

	private void accept(ServiceName service, List<InstanceAnswer> answers) {
		Map<String, GroupOwnership> known = this.groups.computeIfAbsent(service, (key) -> new LinkedHashMap<>());
		Set<String> names = answers.stream()
			.flatMap((answer) -> answer.groups().keySet().stream())
			.collect(Collectors.toCollection(LinkedHashSet::new));
		names.forEach((group) -> known.computeIfAbsent(group, (key) -> new GroupOwnership(service.label(), group)));
		known.values().forEach((group) -> group.accept(answers));
	}

	/** Who owns what, and what moved since this was asked last. */
	public List<String> tell() {
		return groups().flatMap((group) -> group.tell().stream()).toList();
	}

	/** How often a partition was seen to be taken over. */
	public long moves() {
		return groups().mapToLong(GroupOwnership::moves).sum();
	}

	private Stream<GroupOwnership> groups() {
		return this.groups.values().stream().flatMap((ofService) -> ofService.values().stream());
	}

}
