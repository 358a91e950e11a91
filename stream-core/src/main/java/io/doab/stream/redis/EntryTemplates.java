package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Entries that a script is to add, of which what they have in common is sent once.
 * Entries of as many words mostly have the same names at the same places, and many the
 * same values: that is their template, and of each is sent what is its own. The server's
 * work for an entry goes with the number of words that are sent for it. Not for several
 * threads.
 */
final class EntryTemplates {

	/** Stands in a template for what is each entry's own. */
	private static final byte[] OWN = {};

	private final Map<Integer, Template> templates = new LinkedHashMap<>();

	private final List<Entry> entries = new ArrayList<>();

	/** Adds an entry for the key of that number. */
	void add(int key, List<byte[]> words) {
		add(RedisLink.bytes(key), words);
	}

	/** Adds an entry where all are for one key. */
	void add(List<byte[]> words) {
		add(null, words);
	}

	private void add(byte @Nullable [] key, List<byte[]> words) {
		Template template = this.templates.computeIfAbsent(words.size(),
				(size) -> new Template(this.templates.size() + 1, words));
		template.fit(words);
		this.entries.add(new Entry(key, template, words));
	}

	/** Adds all, as {@code templates.lua} and the scripts that begin with it explain. */
	void addTo(List<byte[]> result) {
		result.add(RedisLink.bytes(this.templates.size()));
		this.templates.values().forEach((template) -> template.addTo(result));
		result.add(RedisLink.bytes(this.entries.size()));
		for (Entry entry : this.entries) {
			if (entry.key != null) {
				result.add(entry.key);
			}
			result.add(entry.template.number);
			entry.template.addOwn(entry.words, result);
		}
	}

	private record Entry(byte @Nullable [] key, Template template, List<byte[]> words) {

	}

	private static final class Template {

		private final byte[] number;

		private final List<byte[]> words;

		/** By place, whether the word there is each entry's own. */
		private final boolean[] own;

		private int places;

		Template(int number, List<byte[]> words) {
			this.number = RedisLink.bytes(number);
			this.words = words;
			this.own = new boolean[words.size()];
		}

		/** Leaves to each entry what is not the same in this one. */
		void fit(List<byte[]> entry) {
			for (int i = 0; i < this.own.length; i++) {
				if (!this.own[i] && !Arrays.equals(this.words.get(i), entry.get(i))) {
					this.own[i] = true;
					this.places++;
				}
			}
		}

		void addTo(List<byte[]> result) {
			result.add(RedisLink.bytes(this.own.length));
			result.add(RedisLink.bytes(this.places));
			for (int i = 0; i < this.own.length; i++) {
				result.add(this.own[i] ? OWN : this.words.get(i));
			}
			for (int i = 0; i < this.own.length; i++) {
				if (this.own[i]) {
					result.add(RedisLink.bytes(i + 1));
				}
			}
		}

		void addOwn(List<byte[]> entry, List<byte[]> result) {
			for (int i = 0; i < this.own.length; i++) {
				if (this.own[i]) {
					result.add(entry.get(i));
				}
			}
		}

	}

}
