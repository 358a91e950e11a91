package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.doab.stream.GroupDescription;
import io.doab.stream.Lag;
import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Checkpoint;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;

/**
 * What a group has before it on a partition of an input, by its checkpoint and by what
 * the stream holds. What {@code XINFO GROUPS} says is not asked: it is null after a
 * removal of entries, and reckons with a count that nobody may have kept.
 *
 * @param checkpoint what is stored, or null
 * @param prefix up to where it is done in the stream as it is
 */
record RedisBacklog(@Nullable Checkpoint checkpoint, Position prefix, Lag lag) {

	private static final int FIXED = 7;

	static RedisBacklog of(RedisSession session, String group, StreamPartition partition) {
		return ask(session, RedisKeys.checkpoint(group, partition.partition()), partition, Optional.empty());
	}

	/** That of a group without a checkpoint, which is at a position. */
	static RedisBacklog behind(RedisSession session, StreamPartition partition, Position prefix) {
		return ask(session, RedisKeys.stream(partition) + ":none", partition, Optional.of(prefix));
	}

	private static RedisBacklog ask(RedisSession session, String checkpoint, StreamPartition partition,
			Optional<Position> prefix) {
		List<byte[]> words = new ArrayList<>(
				List.of(RedisLink.bytes(partition.stream()), RedisLink.bytes(Lag.COUNTED + 1L)));
		prefix.ifPresent((position) -> words.add(RedisLink.bytes(position.toString())));
		List<@Nullable Object> reply = session.await("read what is left of " + partition,
				session.run(RedisScript.BACKLOG, ScriptOutputType.MULTI,
						new String[] { checkpoint, RedisKeys.stream(partition) }, words.toArray(byte[][]::new)));
		return read(reply);
	}

	private static RedisBacklog read(List<@Nullable Object> reply) {
		Checkpoint checkpoint = (reply.getFirst() instanceof byte[] stored) ? RedisCheckpoints.decode(stored) : null;
		long now = number(reply.get(1));
		Position prefix = position(reply.get(6));
		List<Position> beyond = reply.subList(FIXED, reply.size()).stream().map(RedisBacklog::position).toList();
		// A stream that was rolled back is begun anew: nothing of it is done.
		Set<Position> done = (checkpoint != null && checkpoint.prefix().equals(prefix)) ? checkpoint.done() : Set.of();
		List<Position> open = beyond.stream().filter((position) -> !done.contains(position)).toList();
		boolean exact = beyond.size() <= Lag.COUNTED;
		long events = exact ? open.size() : Math.max(open.size(), about(reply, checkpoint, prefix) - done.size());
		Position oldest = open.isEmpty() ? null : open.getFirst();
		Duration age = (oldest != null) ? Duration.ofMillis(Math.max(0, now - oldest.major())) : Duration.ZERO;
		return new RedisBacklog(checkpoint, prefix, new Lag(events, exact, age));
	}

	/**
	 * By what was ever added and what the group has counted; without that by time, as if
	 * events had come evenly.
	 */
	private static long about(List<@Nullable Object> reply, @Nullable Checkpoint checkpoint, Position prefix) {
		long length = number(reply.get(2));
		long added = number(reply.get(3));
		long first = position(reply.get(4)).major();
		long last = position(reply.get(5)).major();
		if (prefix.major() < first) {
			return length;
		}
		if (checkpoint != null && checkpoint.entries() >= 0 && added >= 0) {
			return Math.clamp(added - checkpoint.entries(), 0, length);
		}
		return (last > first) ? Math.round((double) length * (last - prefix.major()) / (last - first)) : length;
	}

	GroupDescription.Input described(String stream) {
		Checkpoint stored = this.checkpoint;
		return new GroupDescription.Input(stream, (stored != null) ? stored.prefix() : null,
				(stored != null) ? stored.done().size() : 0, this.lag);
	}

	private static long number(@Nullable Object value) {
		return (value instanceof Long number) ? number : 0;
	}

	private static Position position(@Nullable Object value) {
		return (value instanceof byte[] text) ? Position.parse(RedisLink.text(text)) : RedisEntries.BEGINNING;
	}

}
