package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.doab.stream.Ordering;
import io.doab.stream.ProcessorInput;

import org.jspecify.annotations.Nullable;

/**
 * The lanes of a partition that have work, by what their works have in common. Belongs to
 * the lock of its partition.
 */
final class Lanes {

	private static final Object WHOLE_PARTITION = new Object();

	private final OwnedPartition partition;

	private final Ordering ordering;

	private final Map<Object, Lane> named = new HashMap<>();

	Lanes(OwnedPartition partition, Ordering ordering) {
		this.partition = partition;
		this.ordering = ordering;
	}

	/** The lane that a work belongs to. */
	Lane of(Work work) {
		Object name = (this.ordering == Ordering.NONE && work instanceof Work.TimerWork) ? work.key()
				: nameOf(work.key());
		return (name != null) ? this.named.computeIfAbsent(name, (key) -> new Lane(this.partition, key))
				: new Lane(this.partition, null);
	}

	/** The name of the lane of a key's events, or null when each has its own. */
	@Nullable Object nameOf(@Nullable String key) {
		return switch (this.ordering) {
			case PARTITION -> WHOLE_PARTITION;
			case KEY -> key;
			case NONE -> null;
		};
	}

	/** Forgets a lane that has no work left. */
	void remove(Lane lane) {
		lane.active = false;
		if (lane.name != null) {
			this.named.remove(lane.name);
		}
	}

	void clear() {
		this.named.values().forEach(Lane::clear);
		this.named.clear();
	}

	/** What is to run together with the first work of a lane: itself, or a batch. */
	static List<Work> batch(Work first) {
		return batch(first, (work) -> !work.isHeldBack());
	}

	/** The same, of those that may be part of it; the first is. */
	static List<Work> batch(Work first, Predicate<Work> part) {
		if (!(first instanceof Work.EventWork event && event.input instanceof ProcessorInput.Batch<?> input)) {
			return List.of(first);
		}
		int limit = Math.min(input.maxEvents(), first.together);
		List<Work> batch = new ArrayList<>();
		for (Work work = first; work instanceof Work.EventWork next && next.input.equals(input)
				&& next.together == first.together && part.test(next) && batch.size() < limit; work = work.next) {
			batch.add(next);
		}
		return batch;
	}

}
