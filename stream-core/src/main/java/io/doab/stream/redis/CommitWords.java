package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * A commit as the keys and arguments of the commit script, in the order that
 * {@code commit.lua} explains.
 */
final class CommitWords {

	private final List<String> keys = new ArrayList<>();

	private final List<byte[]> words = new ArrayList<>();

	CommitWords(CommitContents commit) {
		this.keys.addAll(List.of(commit.leaseKey(), commit.checkpointKey(), commit.timersKey()));
		this.words.add(RedisLink.bytes(commit.lease()));
		this.words.add(RedisLink.bytes(commit.leaseMillis()));
		this.words.add(RedisLink.bytes(commit.number()));
		this.words.add(RedisLink.bytes(commit.group()));
		addCount(commit.inputs().size());
		commit.inputs().forEach((input) -> {
			this.keys.add(input.key());
			this.words.addAll(List.of(input.stream(), input.checkpoint(), input.prefix(), input.entries()));
		});
		addCount(commit.states().size());
		commit.states().forEach((state) -> {
			this.keys.add(state.key());
			addCounted(state.puts(), 2);
			addCounted(state.removals(), 1);
		});
		addCounted(commit.timersSet(), 2);
		addCounted(commit.timersCleared(), 1);
		this.keys.addAll(commit.outputKeys());
		addCount(commit.outputKeys().size());
		EntryTemplates entries = new EntryTemplates();
		commit.outputs().forEach((output) -> entries.add(output.place() + 1, output.words()));
		entries.addTo(this.words);
	}

	String[] keys() {
		return this.keys.toArray(String[]::new);
	}

	byte[][] words() {
		return this.words.toArray(byte[][]::new);
	}

	/** Adds how many there are, of so many words each, and the words. */
	private void addCounted(List<byte[]> words, int each) {
		addCount(words.size() / each);
		this.words.addAll(words);
	}

	private void addCount(int count) {
		this.words.add(RedisLink.bytes(count));
	}

}
