package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.TimerChange;

/**
 * A commit in keys and words of the server, from which the script's arguments are made
 * ({@link CommitWords}), or a transaction ({@link CommitTransaction}). Made once for a
 * commit, however often it is sent.
 *
 * @param group the group that commits
 * @param lease the value of the lease under which it was prepared
 * @param leaseMillis how long the lease lasts from when it is applied
 * @param number one more than that of the commit before
 * @param leaseKey the key of the lease
 * @param checkpointKey the key of the checkpoint
 * @param timersKey the key of the timers
 * @param inputs how far each input is done
 * @param states changes of each state
 * @param timersSet due time and timer of each that is set
 * @param timersCleared the timers that are cleared
 * @param outputKeys where outputs go
 * @param outputs what is appended, in order
 */
record CommitContents(String group, String lease, long leaseMillis, long number, String leaseKey, String checkpointKey,
		String timersKey, List<Input> inputs, List<State> states, List<byte[]> timersSet, List<byte[]> timersCleared,
		List<String> outputKeys, List<Output> outputs) {

	/** How far an input is done. */
	record Input(String key, byte[] stream, byte[] checkpoint, byte[] prefix, byte[] entries) {

	}

	/**
	 * Changes of a state.
	 *
	 * @param puts key and value of each that is put
	 * @param removals the keys that are removed
	 */
	record State(String key, List<byte[]> puts, List<byte[]> removals) {

		private State(String key) {
			this(key, new ArrayList<>(), new ArrayList<>());
		}

	}

	/**
	 * An entry to append.
	 *
	 * @param place of its key among those of outputs
	 */
	record Output(int place, List<byte[]> words) {

	}

	/**
	 * Creates the contents.
	 * @param viaOutbox whether what is bound for partitions of other numbers goes to the
	 * outbox
	 */
	static CommitContents of(String group, int partition, String lease, long leaseMillis, long number,
			AtomicCommit commit, boolean viaOutbox) {
		CommitContents contents = new CommitContents(group, lease, leaseMillis, number,
				RedisKeys.lease(group, partition), RedisKeys.checkpoint(group, partition),
				RedisKeys.timers(group, partition), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
				new ArrayList<>(), new ArrayList<>(), new ArrayList<>(commit.appends().size()));
		commit.checkpoints()
			.forEach((stream,
					checkpoint) -> contents.inputs.add(new Input(RedisKeys.stream(stream, partition),
							RedisLink.bytes(stream), RedisCheckpoints.encode(checkpoint),
							RedisLink.bytes(checkpoint.prefix().toString()), RedisLink.bytes(checkpoint.entries()))));
		contents.addStates(partition, commit.states());
		contents.addTimers(commit.timers());
		contents.addOutputs(partition, commit.appends(), viaOutbox);
		return contents;
	}

	/** All keys beside lease and checkpoint, each of which has to be of its type. */
	Stream<String> otherKeys() {
		Stream<String> timers = (this.timersSet.isEmpty() && this.timersCleared.isEmpty()) ? Stream.of()
				: Stream.of(this.timersKey);
		return Stream
			.of(timers, this.inputs.stream().map(Input::key), this.states.stream().map(State::key),
					this.outputKeys.stream())
			.flatMap((keys) -> keys);
	}

	private void addStates(int partition, List<StateChange> changes) {
		Map<String, State> byName = new LinkedHashMap<>();
		for (StateChange change : changes) {
			State state = byName.computeIfAbsent(change.key().state(),
					(name) -> new State(RedisKeys.state(this.group, partition, name)));
			byte[] key = RedisLink.bytes(change.key().key());
			byte[] value = change.value();
			if (value != null) {
				state.puts.add(key);
				state.puts.add(value);
			}
			else {
				state.removals.add(key);
			}
		}
		this.states.addAll(byName.values());
	}

	private void addTimers(List<TimerChange> changes) {
		for (TimerChange change : changes) {
			byte[] timer = RedisTimers.member(change.timer());
			if (change.due() != null) {
				this.timersSet.add(RedisLink.bytes(change.due().toEpochMilli()));
				this.timersSet.add(timer);
			}
			else {
				this.timersCleared.add(timer);
			}
		}
	}

	private void addOutputs(int partition, List<Append> appends, boolean viaOutbox) {
		Map<StreamPartition, Integer> places = new HashMap<>();
		int outbox = -1;
		for (Append append : appends) {
			if (viaOutbox && Outbox.isFor(append, partition)) {
				if (outbox < 0) {
					outbox = place(RedisKeys.outbox(this.group, partition));
				}
				this.outputs.add(new Output(outbox, Outbox.entry(append, this.lease)));
			}
			else {
				int place = places.computeIfAbsent(append.target(), (target) -> place(RedisKeys.stream(target)));
				this.outputs.add(new Output(place, RedisEntries.words(append.event())));
			}
		}
	}

	private int place(String key) {
		this.outputKeys.add(key);
		return this.outputKeys.size() - 1;
	}

}
