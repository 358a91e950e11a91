package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.Repartitioning;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;

/**
 * Raises the number of partitions: a number in a hash, and what groups keep under keys of
 * other partitions from then on.
 */
final class RedisRepartitioning implements Repartitioning {

	private final RedisNodes nodes;

	private final RedisStateMove states;

	RedisRepartitioning(RedisNodes nodes) {
		this.nodes = nodes;
		this.states = new RedisStateMove(nodes);
	}

	/**
	 * That none of the streams is being raised.
	 * @throws FatalStreamException when one is
	 */
	void requireOpen(Collection<String> streams) {
		RedisSession session = this.nodes.session(RedisKeys.RAISING);
		if (session.await("look for streams that are raised", session.commands().hlen(RedisKeys.RAISING)) == 0) {
			return;
		}
		for (String stream : streams) {
			String partitions = raisedTo(stream);
			if (partitions != null) {
				throw Repartitioning.closed(stream, partitions);
			}
		}
	}

	@Override
	public Map<String, Integer> partitions(Collection<String> streams) {
		RedisSession session = this.nodes.session(RedisKeys.STREAMS);
		Map<String, Integer> found = new LinkedHashMap<>();
		for (String stream : streams) {
			byte[] present = session.await("read the partitions of " + stream,
					session.commands().hget(RedisKeys.STREAMS, stream));
			if (present != null) {
				found.put(stream, Integer.parseInt(new String(present, StandardCharsets.US_ASCII)));
			}
		}
		return found;
	}

	@Override
	public void close(Collection<String> streams, int partitions) {
		streams.forEach((stream) -> requireNoOther(stream, partitions));
		RedisSession session = this.nodes.session(RedisKeys.RAISING);
		for (String stream : streams) {
			session.await("close " + stream,
					session.commands().hsetnx(RedisKeys.RAISING, stream, RedisLink.bytes(partitions)));
			requireNoOther(stream, partitions);
		}
	}

	/** That it is not closed for another number. */
	private void requireNoOther(String stream, int partitions) {
		String present = raisedTo(stream);
		if (present != null && !present.equals(String.valueOf(partitions))) {
			throw Repartitioning.begunOtherwise(stream, present, partitions);
		}
	}

	private @Nullable String raisedTo(String stream) {
		RedisSession session = this.nodes.session(RedisKeys.RAISING);
		byte @Nullable [] partitions = session.await("look whether " + stream + " is raised",
				session.commands().hget(RedisKeys.RAISING, stream));
		return (partitions != null) ? RedisLink.text(partitions) : null;
	}

	@Override
	public boolean isClosed(Collection<String> streams) {
		return streams.stream().anyMatch((stream) -> raisedTo(stream) != null);
	}

	@Override
	public void begin(Collection<String> streams) {
		RedisSession session = this.nodes.session(RedisKeys.MOVING);
		for (String stream : streams) {
			session.await("begin to raise " + stream,
					session.commands().hset(RedisKeys.MOVING, stream, RedisLink.bytes(1)));
		}
	}

	@Override
	public boolean hasBegun(Collection<String> streams) {
		RedisSession session = this.nodes.session(RedisKeys.MOVING);
		return streams.stream()
			.anyMatch((stream) -> session.await("look whether the raise of " + stream + " has begun",
					session.commands().hget(RedisKeys.MOVING, stream)) != null);
	}

	@Override
	public void open(Collection<String> streams) {
		RedisSession marks = this.nodes.session(RedisKeys.MOVING);
		marks.await("end the raise of " + streams,
				marks.commands().hdel(RedisKeys.MOVING, streams.toArray(String[]::new)));
		RedisSession session = this.nodes.session(RedisKeys.RAISING);
		session.await("open " + streams, session.commands().hdel(RedisKeys.RAISING, streams.toArray(String[]::new)));
	}

	@Override
	public List<String> obstacles(Collection<String> streams, boolean forgetIds) {
		List<String> obstacles = new ArrayList<>();
		Set<String> groups = new TreeSet<>();
		partitions(streams).forEach((stream, count) -> {
			for (int partition = 0; partition < count; partition++) {
				groups.addAll(notDone(new StreamPartition(stream, partition), obstacles));
			}
		});
		int most = most(streams);
		for (String group : groups) {
			RedisSession session = this.nodes.session(RedisKeys.members(group));
			long now = now(session);
			List<byte[]> members = session.await("look for members of " + group,
					session.commands()
						.zrangebyscore(RedisKeys.members(group),
								Range.from(Range.Boundary.excluding(now), Range.Boundary.unbounded())));
			if (!members.isEmpty()) {
				obstacles.add("group " + group + " has members " + members.stream().map(RedisLink::text).toList()
						+ ": stop them");
			}
			obstacles.addAll(this.states.obstacles(group, most, streams, forgetIds));
		}
		return obstacles;
	}

	private static long now(RedisSession session) {
		List<byte[]> time = session.await("ask the time", session.commands().time());
		return Long.parseLong(RedisLink.text(time.getFirst())) * 1_000
				+ Long.parseLong(RedisLink.text(time.getLast())) / 1_000;
	}

	/** The groups of a partition; those that have not done all of it are in the way. */
	private Set<String> notDone(StreamPartition partition, List<String> obstacles) {
		Set<String> groups = new TreeSet<>();
		Position end = end(partition);
		for (Map<String, Object> group : RedisReplies.maps(groupsOf(partition))) {
			String name = RedisReplies.text(group.get("name"));
			groups.add(name);
			Position done = Position.parse(RedisReplies.text(group.get("last-delivered-id")));
			if (done.compareTo(end) < 0 || !Long.valueOf(0).equals(group.get("pending"))) {
				obstacles.add("group " + name + " has not done all of " + partition
						+ ": let it, or destroy the group if it is not needed any more");
			}
		}
		return groups;
	}

	private List<Object> groupsOf(StreamPartition partition) {
		String key = RedisKeys.stream(partition);
		RedisSession session = this.nodes.session(key);
		if (session.await("look at " + key, session.commands().exists(key)) == 0) {
			return List.of();
		}
		return session.await("look at the groups of " + key, session.commands().xinfoGroups(key));
	}

	private Position end(StreamPartition partition) {
		String key = RedisKeys.stream(partition);
		RedisSession session = this.nodes.session(key);
		if (session.await("look at " + key, session.commands().exists(key)) == 0) {
			return RedisEntries.BEGINNING;
		}
		Map<String, Object> info = RedisReplies
			.map(session.await("look at " + key, session.commands().xinfoStream(key)));
		return Position.parse(RedisReplies.text(info.get("last-generated-id")));
	}

	@Override
	public Map<StreamPartition, Position> ends(Collection<String> streams) {
		Map<StreamPartition, Position> ends = new HashMap<>();
		partitions(streams).forEach((stream, count) -> {
			for (int number = 0; number < count; number++) {
				StreamPartition partition = new StreamPartition(stream, number);
				ends.put(partition, end(partition));
			}
		});
		return ends;
	}

	private int most(Collection<String> streams) {
		return partitions(streams).values().stream().mapToInt(Integer::intValue).max().orElse(0);
	}

	/**
	 * State first: as long as a stream has its old number, what is kept is looked for
	 * where it was. Then the groups' beginnings, so that they take what comes before they
	 * start.
	 */
	@Override
	public void raise(Collection<String> streams, int partitions) {
		Map<String, Integer> present = partitions(streams);
		present.forEach((stream, count) -> {
			Set<String> groups = new TreeSet<>();
			for (int partition = 0; partition < count; partition++) {
				RedisReplies.maps(groupsOf(new StreamPartition(stream, partition)))
					.forEach((group) -> groups.add(RedisReplies.text(group.get("name"))));
			}
			List<StreamPartition> added = IntStream.range(count, partitions)
				.mapToObj((partition) -> new StreamPartition(stream, partition))
				.toList();
			for (String group : groups) {
				Optional<String> queue = RedisKeys.queueOf(group);
				// The keys of what moves delayed events are no keys of events.
				if (queue.isEmpty() && !Repartitioning.movesDelayed(group, stream)) {
					this.states.move(group, count, partitions);
				}
				added.forEach((partition) -> queue.ifPresentOrElse((name) -> beginQueue(name, partition),
						() -> begin(group, partition)));
				register(group, partitions);
			}
			RedisSession session = this.nodes.session(RedisKeys.STREAMS);
			session.await("raise " + stream,
					session.commands().hset(RedisKeys.STREAMS, stream, RedisLink.bytes(partitions)));
		});
	}

	/** For those who look at the group before it starts again. */
	private void register(String group, int partitions) {
		RedisSession session = this.nodes.session(RedisKeys.GROUPS);
		byte @Nullable [] text = session.await("look for group " + group,
				session.commands().hget(RedisKeys.GROUPS, group));
		if (text != null) {
			RegisteredGroup raised = new RegisteredGroup(partitions,
					RegisteredGroup.decode(group, RedisLink.text(text)).inputs());
			session.await("register group " + group,
					session.commands().hset(RedisKeys.GROUPS, group, RedisLink.bytes(raised.encode())));
		}
	}

	/** As one that was there before the first event. */
	private void begin(String group, StreamPartition partition) {
		String key = RedisKeys.checkpoint(group, partition.partition());
		RedisSession session = this.nodes.session(key);
		session.await("begin " + partition + " for " + group,
				session.commands()
					.hsetnx(key, partition.stream(),
							RedisCheckpoints.encode(new Checkpoint(RedisEntries.BEGINNING, Set.of(), 0))));
	}

	private void beginQueue(String queue, StreamPartition partition) {
		String key = RedisKeys.stream(partition);
		RedisSession session = this.nodes.session(key);
		session.<Long>await("begin " + partition + " for queue " + queue,
				session.run(RedisScript.QUEUE_OPEN, ScriptOutputType.INTEGER,
						new String[] { key, RedisKeys.queueFloor(queue, partition) },
						RedisLink.bytes(RedisKeys.queueGroup(queue)), RedisLink.bytes("0")));
	}

}
