package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.doab.stream.Partitioner;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;

/**
 * Moves what a group keeps under keys to the partitions that the keys have under another
 * number of partitions: first there, then away from here, so that it can be repeated.
 */
final class RedisStateMove {

	private static final int PAGE = 500;

	private final RedisNodes nodes;

	RedisStateMove(RedisNodes nodes) {
		this.nodes = nodes;
	}

	/** What of a group cannot be moved, or must not be. */
	List<String> obstacles(String group, int partitions, Collection<String> streams, boolean forgetIds) {
		List<String> obstacles = new ArrayList<>();
		TreeSet<String> others = new TreeSet<>();
		long parked = 0;
		long ids = 0;
		long outbox = 0;
		for (int partition = 0; partition < partitions; partition++) {
			String checkpoint = RedisKeys.checkpoint(group, partition);
			RedisSession session = this.nodes.session(checkpoint);
			session.await("read " + checkpoint, session.commands().hkeys(checkpoint))
				.stream()
				.filter((input) -> !input.startsWith("#") && !streams.contains(input))
				.forEach(others::add);
			parked += session.<Long>await("count parked events",
					session.commands().hlen(RedisKeys.state(group, partition, StateKey.PARKED)));
			ids += session.<Long>await("count ids",
					session.commands().hlen(RedisKeys.state(group, partition, StateKey.SEEN)));
			outbox += session.<Long>await("count the outbox",
					session.commands().xlen(RedisKeys.outbox(group, partition)));
		}
		if (!others.isEmpty()) {
			obstacles.add("group " + group + " also reads " + others
					+ ", whose partitions have to be as many: raise them together");
		}
		if (parked > 0) {
			obstacles.add("group " + group + " has " + parked + " parked events: let it work them off");
		}
		if (ids > 0 && !forgetIds) {
			obstacles.add("group " + group + " remembers " + ids
					+ " ids of events that may come twice: wait until they are forgotten, or allow it to forget them");
		}
		if (outbox > 0) {
			obstacles.add("group " + group + " has " + outbox + " events on their way to other partitions: let it run");
		}
		return obstacles;
	}

	void move(String group, int from, int partitions) {
		for (int partition = 0; partition < from; partition++) {
			String first = RedisKeys.state(group, partition, "");
			RedisSession session = this.nodes.session(first);
			ScanCursor cursor = ScanCursor.INITIAL;
			List<String> keys = new ArrayList<>();
			do {
				KeyScanCursor<String> page = session.await("look for the state of " + group,
						session.commands().scan(cursor, ScanArgs.Builder.limit(10_000).match(first + "*")));
				keys.addAll(page.getKeys());
				cursor = page;
			}
			while (!cursor.isFinished());
			for (String key : keys) {
				moveState(group, partition, key.substring(first.length()), partitions);
			}
			moveTimers(group, partition, partitions);
		}
	}

	private void moveState(String group, int partition, String state, int partitions) {
		String source = RedisKeys.state(group, partition, state);
		RedisSession session = this.nodes.session(source);
		if (state.equals(StateKey.SEEN)) {
			session.await("forget ids of " + group, session.commands().del(source));
			return;
		}
		ScanCursor cursor = ScanCursor.INITIAL;
		do {
			MapScanCursor<String, byte[]> page = session.await("read " + source,
					session.commands().hscan(source, cursor, ScanArgs.Builder.limit(PAGE)));
			Map<Integer, Map<String, byte[]>> moved = new HashMap<>();
			page.getMap().forEach((key, value) -> {
				int target = Partitioner.partition(key, partitions);
				if (target != partition) {
					moved.computeIfAbsent(target, (number) -> new HashMap<>()).put(key, value);
				}
			});
			moved.forEach((number, entries) -> {
				String target = RedisKeys.state(group, number, state);
				RedisSession other = this.nodes.session(target);
				other.await("write " + target, other.commands().hset(target, entries));
				session.await("remove from " + source,
						session.commands().hdel(source, entries.keySet().toArray(String[]::new)));
			});
			cursor = page;
		}
		while (!cursor.isFinished());
	}

	private void moveTimers(String group, int partition, int partitions) {
		String source = RedisKeys.timers(group, partition);
		RedisSession session = this.nodes.session(source);
		ScanCursor cursor = ScanCursor.INITIAL;
		do {
			ScoredValueScanCursor<byte[]> page = session.await("read " + source,
					session.commands().zscan(source, cursor, ScanArgs.Builder.limit(PAGE)));
			for (ScoredValue<byte[]> member : page.getValues()) {
				moveTimer(group, partition, member, partitions);
			}
			cursor = page;
		}
		while (!cursor.isFinished());
	}

	private void moveTimer(String group, int partition, ScoredValue<byte[]> member, int partitions) {
		String source = RedisKeys.timers(group, partition);
		TimerKey timer = RedisTimers.timer(member.getValue());
		boolean ofId = timer.name().equals(TimerKey.EXPIRY_PREFIX + StateKey.SEEN);
		int number = Partitioner.partition(timer.key(), partitions);
		if (!ofId && number == partition) {
			return;
		}
		if (!ofId) {
			String target = RedisKeys.timers(group, number);
			RedisSession other = this.nodes.session(target);
			other.await("write " + target, other.commands().zadd(target, member.getScore(), member.getValue()));
		}
		RedisSession session = this.nodes.session(source);
		session.await("remove from " + source, session.commands().zrem(source, member.getValue()));
	}

}
