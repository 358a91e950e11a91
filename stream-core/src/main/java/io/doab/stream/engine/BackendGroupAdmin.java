package io.doab.stream.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import io.doab.stream.GroupAdmin;
import io.doab.stream.GroupDescription;
import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.GroupReset;
import io.doab.stream.ParkedEvents;
import io.doab.stream.ResetReport;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;

/**
 * Groups over a backend.
 */
final class BackendGroupAdmin implements GroupAdmin {

	/** What a pause says that a reset made. One that ended half-way leaves it behind. */
	private static final String RESET = "a reset is under way, or ended half-way: repeat it";

	private final StreamBackend backend;

	private final BackendAdmin admin;

	private final EngineTime time;

	BackendGroupAdmin(StreamBackend backend, EngineTime time) {
		this.backend = backend;
		this.admin = backend.admin();
		this.time = time;
	}

	@Override
	public List<String> names() {
		return List.copyOf(new TreeSet<>(this.admin.groups().names()));
	}

	@Override
	public GroupDescription describe(String group) {
		GroupDescription stored = this.admin.groups()
			.describe(group)
			.orElseThrow(() -> new IllegalArgumentException(
					"There is no group '" + group + "' that has stored anything. There are " + names()));
		return new GroupDescription(group, stored.kind(), stored.members(), this.admin.pauses().all().get(group),
				stored.partitions());
	}

	@Override
	public List<ParkedEvents> parked(String group) {
		requireProcessor(describe(group), "what it has parked is not known here");
		List<ParkedEvents> parked = new ArrayList<>();
		this.admin.groups().state(group, ProcessorRuntime.PARKED_STATE).forEach((partition, stored) -> {
			if (!stored.isEmpty()) {
				parked.add(parked(partition, stored));
			}
		});
		return parked;
	}

	private static ParkedEvents parked(int partition, Map<String, byte[]> stored) {
		List<ParkedEvent> events = stored.values().stream().map(ParkedEvent::decode).toList();
		return new ParkedEvents(partition, events.size(),
				events.stream()
					.map(ParkedEvent::firstFailure)
					.filter(Objects::nonNull)
					.sorted()
					.findFirst()
					.orElse(null),
				// Those that wait behind another have no time of their own.
				events.stream()
					.map(ParkedEvent::due)
					.filter((due) -> due.isAfter(Instant.EPOCH))
					.sorted()
					.findFirst()
					.orElse(null));
	}

	@Override
	public ResetReport reset(GroupReset reset) {
		GroupDescription group = describe(reset.group());
		requireProcessor(group, "use the tool of the server (XGROUP SETID, kafka-consumer-groups)");
		requireStopped(group);
		Pause before = group.pause();
		boolean ours = before == null || isOfReset(before);
		if (before == null) {
			this.admin.pauses().set(reset.group(), new Pause(this.time.now(), RESET));
		}
		PreparedReset prepared = new PreparedReset(this.backend, reset);
		ResetReport report;
		try {
			report = prepared.run(group);
		}
		catch (RuntimeException ex) {
			if (before == null && !prepared.hasBegun()) {
				endPause(reset.group());
			}
			throw (ex instanceof FencedException) ? new FencedException("A member of group '" + reset.group()
					+ "' took partitions while it was reset. Wait until all have left, or pause the group and wait, and make"
					+ " the same reset again: " + ex.getMessage(), ex) : ex;
		}
		if (ours) {
			endPause(reset.group());
		}
		return report;
	}

	/** Unless somebody paused the group meanwhile. */
	private void endPause(String group) {
		if (isOfReset(describe(group).pause())) {
			this.admin.pauses().clear(group);
		}
	}

	private static boolean isOfReset(@Nullable Pause pause) {
		return pause != null && pause.reason().equals(RESET);
	}

	private static void requireProcessor(GroupDescription group, String remedy) {
		if (group.kind() != GroupDescription.Kind.PROCESSOR) {
			throw new IllegalArgumentException("Group '" + group.name() + "' is no processor's: " + remedy);
		}
	}

	private static void requireStopped(GroupDescription group) {
		if (!group.members().isEmpty()) {
			throw new FatalStreamException("Group '" + group.name() + "' runs: its members are "
					+ group.members().stream().map(GroupDescription.Member::id).toList()
					+ ". Stop them, or pause the group and wait until they have left; one that was killed counts"
					+ " until its session is over", null);
		}
	}

	@Override
	public void pause(String group, String reason) {
		GroupDescription described = describe(group);
		requireProcessor(described, "nobody there heeds a pause; stop its consumers");
		Pause present = described.pause();
		if (present == null || isOfReset(present)) {
			this.admin.pauses().set(group, new Pause(this.time.now(), reason));
		}
	}

	@Override
	public void resume(String group) {
		this.admin.pauses().clear(group);
	}

}
