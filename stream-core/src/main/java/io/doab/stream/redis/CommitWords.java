package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.TimerChange;

/**
 * A commit as the keys and arguments of the commit script, in the order that
 * {@code commit.lua} explains.
 */
final class CommitWords {

	private final String group;

	private final int partition;

	private final List<String> keys = new ArrayList<>();

	private final List<byte[]> words = new ArrayList<>();

	private CommitWords(String group, int partition) {
		this.group = group;
		this.partition = partition;
	}

	/**
	 * Creates the words.
	 * @param viaOutbox whether what is bound for partitions of other numbers goes to the
	 * outbox
	 */
	static CommitWords of(String group, int partition, String lease, long leaseMillis, long number, AtomicCommit commit,
			boolean viaOutbox) {
		CommitWords result = new CommitWords(group, partition);
		result.keys.add(RedisKeys.lease(group, partition));
		result.keys.add(RedisKeys.checkpoint(group, partition));
		result.keys.add(RedisKeys.timers(group, partition));
		result.add(lease);
		result.add(leaseMillis);
		result.add(number);
		result.add(group);
		result.addInputs(commit.checkpoints());
		result.addStates(commit.states());
		result.addTimers(commit.timers());
		result.addOutputs(commit.appends(), lease, viaOutbox);
		return result;
	}

	String[] keys() {
		return this.keys.toArray(String[]::new);
	}

	byte[][] words() {
		return this.words.toArray(byte[][]::new);
	}

	private void addInputs(Map<String, Checkpoint> checkpoints) {
		add(checkpoints.size());
		checkpoints.forEach((stream, checkpoint) -> {
			this.keys.add(RedisKeys.stream(stream, this.partition));
			add(stream);
			this.words.add(RedisCheckpoints.encode(checkpoint));
			add(checkpoint.prefix().toString());
			add(checkpoint.entries());
		});
	}

	private void addStates(List<StateChange> changes) {
		Map<String, List<StateChange>> byState = new LinkedHashMap<>();
		changes.forEach(
				(change) -> byState.computeIfAbsent(change.key().state(), (state) -> new ArrayList<>()).add(change));
		add(byState.size());
		byState.forEach((state, ofState) -> {
			this.keys.add(RedisKeys.state(this.group, this.partition, state));
			add(ofState.stream().filter((change) -> change.value() != null).count());
			for (StateChange change : ofState) {
				byte[] value = change.value();
				if (value != null) {
					add(change.key().key());
					this.words.add(value);
				}
			}
			add(ofState.stream().filter((change) -> change.value() == null).count());
			ofState.stream().filter((change) -> change.value() == null).forEach((change) -> add(change.key().key()));
		});
	}

	private void addTimers(List<TimerChange> changes) {
		add(changes.stream().filter((change) -> change.due() != null).count());
		for (TimerChange change : changes) {
			if (change.due() != null) {
				add(change.due().toEpochMilli());
				this.words.add(RedisTimers.member(change.timer()));
			}
		}
		add(changes.stream().filter((change) -> change.due() == null).count());
		changes.stream()
			.filter((change) -> change.due() == null)
			.forEach((change) -> this.words.add(RedisTimers.member(change.timer())));
	}

	private void addOutputs(List<Append> appends, String lease, boolean viaOutbox) {
		Map<StreamPartition, Integer> numbers = new HashMap<>();
		EntryTemplates entries = new EntryTemplates();
		int keysBefore = this.keys.size();
		int outboxNumber = 0;
		for (Append append : appends) {
			if (viaOutbox && Outbox.isFor(append, this.partition)) {
				if (outboxNumber == 0) {
					this.keys.add(RedisKeys.outbox(this.group, this.partition));
					outboxNumber = this.keys.size() - keysBefore;
				}
				entries.add(outboxNumber, Outbox.entry(append, lease));
			}
			else {
				entries.add(numbers.computeIfAbsent(append.target(), (target) -> {
					this.keys.add(RedisKeys.stream(target));
					return this.keys.size() - keysBefore;
				}), RedisEntries.words(append.event()));
			}
		}
		add(this.keys.size() - keysBefore);
		entries.addTo(this.words);
	}

	private void add(String text) {
		this.words.add(RedisLink.bytes(text));
	}

	private void add(long number) {
		this.words.add(RedisLink.bytes(number));
	}

}
