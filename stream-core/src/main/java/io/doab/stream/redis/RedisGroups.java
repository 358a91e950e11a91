package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.doab.stream.GroupDescription;
import io.doab.stream.Lag;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.StoredGroups;
import io.lettuce.core.Range;

import org.jspecify.annotations.Nullable;

/**
 * Groups as Redis has them: those of processors, by what their members registered, and
 * consumer groups of anybody else.
 */
final class RedisGroups implements StoredGroups {

	private final RedisNodes nodes;

	private final RedisLogs logs;

	RedisGroups(RedisNodes nodes, RedisLogs logs) {
		this.nodes = nodes;
		this.logs = logs;
	}

	@Override
	public Set<String> names() {
		Set<String> names = new TreeSet<>(registered().keySet());
		Cursors.of(this.nodes, this.logs.partitions()).forEach((cursor) -> names.add(cursor.group()));
		return names;
	}

	@Override
	public Set<String> readersOf(String stream) {
		Set<String> readers = new TreeSet<>();
		registered().forEach((group, registered) -> {
			if (registered.inputs().contains(stream)) {
				readers.add(group);
			}
		});
		Integer partitions = this.logs.partitions().get(stream);
		if (partitions != null) {
			Cursors.of(this.nodes, Map.of(stream, partitions)).forEach((cursor) -> readers.add(cursor.group()));
		}
		return readers;
	}

	private Map<String, RegisteredGroup> registered() {
		RedisSession session = this.nodes.session(RedisKeys.GROUPS);
		Map<String, RegisteredGroup> registered = new TreeMap<>();
		session.await("list groups", session.commands().hgetall(RedisKeys.GROUPS))
			.forEach((group, text) -> registered.put(group, RegisteredGroup.decode(group, RedisLink.text(text))));
		return registered;
	}

	private @Nullable RegisteredGroup registered(String group) {
		RedisSession session = this.nodes.session(RedisKeys.GROUPS);
		byte @Nullable [] text = session.await("look for group " + group,
				session.commands().hget(RedisKeys.GROUPS, group));
		return (text != null) ? RegisteredGroup.decode(group, RedisLink.text(text)) : null;
	}

	@Override
	public Optional<GroupDescription> describe(String group) {
		RegisteredGroup registered = registered(group);
		return (registered != null) ? Optional.of(describe(group, registered)) : describeForeign(group);
	}

	private GroupDescription describe(String group, RegisteredGroup registered) {
		List<GroupDescription.Partition> partitions = new ArrayList<>();
		Map<String, Set<Integer>> owned = new LinkedHashMap<>();
		members(group).forEach((member) -> owned.put(member, new TreeSet<>()));
		for (int partition = 0; partition < registered.partitions(); partition++) {
			GroupDescription.Partition described = describe(group, partition, registered.inputs());
			partitions.add(described);
			String owner = described.owner();
			if (owner != null) {
				owned.computeIfAbsent(owner, (member) -> new TreeSet<>()).add(partition);
			}
		}
		return new GroupDescription(group, GroupDescription.Kind.PROCESSOR,
				owned.entrySet()
					.stream()
					.map((member) -> new GroupDescription.Member(member.getKey(), member.getValue()))
					.toList(),
				null, partitions);
	}

	private GroupDescription.Partition describe(String group, int partition, List<String> inputs) {
		RedisSession session = this.nodes.session(RedisKeys.lease(group, partition));
		String operation = "describe partition " + partition + " of group " + group;
		byte @Nullable [] lease = session.await(operation, session.commands().get(RedisKeys.lease(group, partition)));
		byte @Nullable [] epoch = session.await(operation, session.commands().get(RedisKeys.epoch(group, partition)));
		return new GroupDescription.Partition(partition, (lease != null) ? owner(RedisLink.text(lease)) : null,
				(epoch != null) ? Long.parseLong(RedisLink.text(epoch)) : 0,
				inputs.stream()
					.map((stream) -> RedisBacklog.of(session, group, new StreamPartition(stream, partition))
						.described(stream))
					.toList());
	}

	/** Of {@code member:epoch:nonce}. */
	private static String owner(String lease) {
		int nonce = lease.lastIndexOf(':');
		int epoch = lease.lastIndexOf(':', nonce - 1);
		return (epoch > 0) ? lease.substring(0, epoch) : lease;
	}

	private List<String> members(String group) {
		RedisSession session = this.nodes.session(RedisKeys.members(group));
		List<byte[]> time = session.await("read the time", session.commands().time());
		long now = Long.parseLong(RedisLink.text(time.getFirst())) * 1_000
				+ Long.parseLong(RedisLink.text(time.get(1))) / 1_000;
		return session
			.await("list the members of group " + group,
					session.commands()
						.zrangebyscore(RedisKeys.members(group),
								Range.from(Range.Boundary.excluding(now), Range.Boundary.<Long>unbounded())))
			.stream()
			.map(RedisLink::text)
			.sorted()
			.toList();
	}

	private Optional<GroupDescription> describeForeign(String group) {
		Map<Integer, List<GroupDescription.Input>> byPartition = new TreeMap<>();
		Cursors.of(this.nodes, this.logs.partitions())
			.stream()
			.filter((cursor) -> cursor.group().equals(group))
			.forEach((cursor) -> byPartition
				.computeIfAbsent(cursor.partition().partition(), (partition) -> new ArrayList<>())
				.add(describe(cursor)));
		if (byPartition.isEmpty()) {
			return Optional.empty();
		}
		return Optional.of(new GroupDescription(group, GroupDescription.Kind.FOREIGN, List.of(), null,
				byPartition.entrySet()
					.stream()
					.map((entry) -> new GroupDescription.Partition(entry.getKey(), null, 0, entry.getValue()))
					.toList()));
	}

	/** What was delivered and not acknowledged is not done. */
	private GroupDescription.Input describe(Cursors.Cursor cursor) {
		RedisSession session = this.nodes.session(RedisKeys.stream(cursor.partition()));
		Lag lag = RedisBacklog.behind(session, cursor.partition(), cursor.delivered()).lag();
		return new GroupDescription.Input(cursor.partition().stream(), cursor.delivered(), 0,
				new Lag(lag.events() + cursor.pending(), lag.exact(), lag.age()));
	}

	@Override
	public Map<Integer, Map<String, byte[]>> state(String group, String state) {
		RegisteredGroup registered = registered(group);
		Map<Integer, Map<String, byte[]>> entries = new TreeMap<>();
		for (int partition = 0; registered != null && partition < registered.partitions(); partition++) {
			String key = RedisKeys.state(group, partition, state);
			RedisSession session = this.nodes.session(key);
			entries.put(partition, session.await("read " + key, session.commands().hgetall(key)));
		}
		return entries;
	}

}
