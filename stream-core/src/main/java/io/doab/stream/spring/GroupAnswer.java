package io.doab.stream.spring;

import java.time.Duration;
import java.util.List;

import io.doab.stream.GroupDescription;
import io.doab.stream.Lag;
import io.doab.stream.Position;

import org.jspecify.annotations.Nullable;

/**
 * A group as the management endpoint tells it.
 */
record GroupAnswer(String name, GroupDescription.Kind kind, List<GroupDescription.Member> members,
		GroupDescription.@Nullable Pause pause, Behind lag, List<Partition> partitions) {

	static GroupAnswer of(GroupDescription group) {
		return new GroupAnswer(group.name(), group.kind(), group.members(), group.pause(), Behind.of(group.lag()),
				group.partitions()
					.stream()
					.map((partition) -> new Partition(partition.partition(), partition.owner(), partition.epoch(),
							partition.inputs().stream().map(Input::of).toList()))
					.toList());
	}

	/** One partition. */
	record Partition(int partition, @Nullable String owner, long epoch, List<Input> inputs) {

	}

	/** One input of a partition. */
	record Input(String stream, @Nullable String prefix, int doneBeyond, Behind lag) {

		private static Input of(GroupDescription.Input input) {
			Position prefix = input.prefix();
			return new Input(input.stream(), (prefix != null) ? prefix.toString() : null, input.doneBeyond(),
					Behind.of(input.lag()));
		}

	}

	/** What is not done. */
	record Behind(long events, boolean exact, Duration age) {

		private static Behind of(Lag lag) {
			return new Behind(lag.events(), lag.exact(), lag.age());
		}

	}

}
