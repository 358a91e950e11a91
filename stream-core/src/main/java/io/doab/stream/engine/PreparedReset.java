package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.doab.stream.GroupDescription;
import io.doab.stream.GroupReset;
import io.doab.stream.Position;
import io.doab.stream.ResetReport;
import io.doab.stream.ResetTarget;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamLogs;

import org.jspecify.annotations.Nullable;

/**
 * One reset of a group: everything is found out, and what forbids it, while all
 * partitions are held; then it is applied. For one thread.
 */
final class PreparedReset {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final StreamBackend backend;

	private final StreamLogs logs;

	private final GroupReset reset;

	private final List<ResetReport.Moved> moved = new ArrayList<>();

	private boolean begun;

	PreparedReset(StreamBackend backend, GroupReset reset) {
		this.backend = backend;
		this.logs = backend.admin().logs();
		this.reset = reset;
	}

	/** Whether some of it may have been applied. */
	boolean hasBegun() {
		return this.begun;
	}

	ResetReport run(GroupDescription group) {
		Set<String> inputs = inputs(group);
		requireTargets(group, inputs);
		GroupSpec spec = new GroupSpec(group.name(), group.inputs(), group.partitions().size(), Set.of(), false,
				StartAt.EARLIEST, 1);
		try (GroupHold hold = GroupHold.take(this.backend, spec, PATIENCE)) {
			int parked = parked(hold);
			Map<PartitionOwnership, PartitionReset> changes = new LinkedHashMap<>();
			hold.owned().forEach((partition, ownership) -> changes.put(ownership, change(ownership, group, inputs)));
			this.begun = true;
			apply(changes);
			this.moved.sort(Comparator.comparing((ResetReport.Moved move) -> move.partition().stream())
				.thenComparingInt((move) -> move.partition().partition()));
			return new ResetReport(group.name(), this.moved, parked);
		}
	}

	private Set<String> inputs(GroupDescription group) {
		Set<String> wanted = this.reset.streams().isEmpty() ? Set.copyOf(group.inputs()) : this.reset.streams();
		Set<String> named = new HashSet<>(wanted);
		if (this.reset.to() instanceof ResetTarget.Before(Map<StreamPartition, Position> positions)) {
			positions.keySet().forEach((partition) -> {
				named.add(partition.stream());
				if (partition.partition() < 0 || partition.partition() >= group.partitions().size()) {
					throw new IllegalArgumentException("Group '" + group.name() + "' has partitions 0 to "
							+ (group.partitions().size() - 1) + ", and no " + partition);
				}
			});
		}
		for (String stream : named) {
			if (!group.inputs().contains(stream)) {
				throw new IllegalArgumentException("Group '" + group.name() + "' does not read stream '" + stream
						+ "'. It reads " + group.inputs());
			}
		}
		return wanted;
	}

	/** What cannot be moved to is told before anything is taken. */
	private void requireTargets(GroupDescription group, Set<String> inputs) {
		for (GroupDescription.Partition number : group.partitions()) {
			for (String stream : inputs) {
				StreamPartition partition = new StreamPartition(stream, number.partition());
				if (names(this.reset.to(), partition)) {
					this.logs.before(partition, this.reset.to());
				}
			}
		}
	}

	private int parked(GroupHold hold) {
		int parked = hold.owned()
			.values()
			.stream()
			.mapToInt((ownership) -> await(ownership.readAll(ProcessorRuntime.PARKED_STATE)).size())
			.sum();
		if (parked > 0 && this.reset.parked() == GroupReset.Parked.REFUSE) {
			throw new FatalStreamException("Group '" + this.reset.group() + "' has " + parked
					+ " parked events, which wait for their next attempt and may come a second time from their stream:"
					+ " say whether they are kept or dropped", null);
		}
		return parked;
	}

	private PartitionReset change(PartitionOwnership ownership, GroupDescription group, Set<String> inputs) {
		Map<String, Checkpoint> checkpoints = new TreeMap<>();
		for (String stream : inputs) {
			StreamPartition partition = new StreamPartition(stream, ownership.partition());
			if (names(this.reset.to(), partition)) {
				Checkpoint present = ownership.checkpoints().get(stream);
				Checkpoint next = checkpoint(partition, present);
				if (next != null) {
					checkpoints.put(stream, next);
					this.moved.add(new ResetReport.Moved(partition, before(group, partition), next.prefix(),
							next.done().size()));
				}
			}
		}
		boolean clear = this.reset.state() == GroupReset.State.CLEAR;
		boolean drop = this.reset.parked() == GroupReset.Parked.DROP;
		return new PartitionReset(checkpoints, (state) -> clears(state, clear, drop), clear);
	}

	/** What marks events that ended their process goes in any case. */
	private static boolean clears(String state, boolean all, boolean parked) {
		if (state.equals(ProcessorRuntime.PARKED_STATE)) {
			return parked;
		}
		return all || state.equals(SuspectMarks.ENTRY.state());
	}

	private static boolean names(ResetTarget target, StreamPartition partition) {
		return !(target instanceof ResetTarget.Before(Map<StreamPartition, Position> positions))
				|| positions.containsKey(partition);
	}

	private static @Nullable Position before(GroupDescription group, StreamPartition partition) {
		return group.partitions()
			.get(partition.partition())
			.inputs()
			.stream()
			.filter((input) -> input.stream().equals(partition.stream()))
			.findFirst()
			.map(GroupDescription.Input::prefix)
			.orElse(null);
	}

	/** The new checkpoint, or null when a replay that ends has nothing to run again. */
	private @Nullable Checkpoint checkpoint(StreamPartition partition, @Nullable Checkpoint present) {
		Position to = this.logs.before(partition, this.reset.to());
		ResetTarget until = this.reset.until();
		if (until == null || present == null || !names(until, partition)) {
			return new Checkpoint(to, Set.of(), Checkpoint.UNKNOWN);
		}
		Position end = this.logs.before(partition, until);
		if (to.compareTo(present.prefix()) >= 0) {
			return again(present, to, end);
		}
		return new Checkpoint(to, keptDone(partition, present, end), Checkpoint.UNKNOWN);
	}

	/** The same but for what of a range beyond the prefix is done. */
	private static @Nullable Checkpoint again(Checkpoint present, Position after, Position end) {
		Set<Position> done = new HashSet<>(present.done());
		boolean changed = done.removeIf((position) -> position.compareTo(after) > 0 && position.compareTo(end) <= 0);
		return changed ? new Checkpoint(present.prefix(), done, present.entries()) : null;
	}

	/** What the group had done from the end of the replay on. */
	private Set<Position> keptDone(StreamPartition partition, Checkpoint present, Position end) {
		Set<Position> kept = new HashSet<>(present.done());
		kept.removeIf((position) -> position.compareTo(end) <= 0);
		if (end.compareTo(present.prefix()) < 0) {
			this.logs.scan(partition, end, present.prefix(), (record) -> {
				kept.add(record.position());
				return kept.size() <= GroupReset.MAX_KEPT_DONE;
			});
		}
		if (kept.size() > GroupReset.MAX_KEPT_DONE) {
			throw new IllegalArgumentException("More than " + GroupReset.MAX_KEPT_DONE + " events of " + partition
					+ " that the group has done lie behind the end of the replay: they cannot all be kept in mind."
					+ " Replay without an end, or to a later one");
		}
		return kept;
	}

	private static void apply(Map<PartitionOwnership, PartitionReset> changes) {
		List<CompletableFuture<Void>> applied = new ArrayList<>();
		changes.forEach((ownership, change) -> applied.add(ownership.reset(change)));
		applied.forEach(PreparedReset::await);
	}

	private static <T> T await(CompletableFuture<T> answer) {
		try {
			return answer.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof StreamException known) {
				throw known;
			}
			throw ex;
		}
	}

}
