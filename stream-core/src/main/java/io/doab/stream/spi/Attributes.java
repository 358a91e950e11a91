package io.doab.stream.spi;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event: a few names with their values, in order. They are looked
 * through from the front, which for so few takes less time than to hash them, and a third
 * of the memory. Immutable.
 */
public final class Attributes extends AbstractMap<String, String> {

	/** More are hashed. */
	private static final int MAX_ENTRIES = 24;

	/** Names and values in turn. */
	private final String[] words;

	private Attributes(String[] words) {
		this.words = words;
	}

	@Override
	public int size() {
		return this.words.length / 2;
	}

	@Override
	public @Nullable String get(@Nullable Object name) {
		int at = indexOf(this.words, this.words.length, name);
		return (at >= 0) ? this.words[at + 1] : null;
	}

	@Override
	public boolean containsKey(@Nullable Object name) {
		return indexOf(this.words, this.words.length, name) >= 0;
	}

	@Override
	public String getOrDefault(@Nullable Object name, String otherwise) {
		String value = get(name);
		return (value != null) ? value : otherwise;
	}

	@Override
	public void forEach(BiConsumer<? super String, ? super String> action) {
		for (int i = 0; i < this.words.length; i += 2) {
			action.accept(this.words[i], this.words[i + 1]);
		}
	}

	@Override
	public Set<Map.Entry<String, String>> entrySet() {
		return new Entries(this.words);
	}

	/**
	 * Names are constants, nearly always the same objects; of others the hashes are
	 * compared, which texts remember.
	 */
	@SuppressWarnings("ReferenceEquality") // looked at first, not instead
	private static int indexOf(String[] words, int length, @Nullable Object name) {
		for (int i = 0; i < length; i += 2) {
			if (words[i] == name) {
				return i;
			}
		}
		int hash = (name != null) ? name.hashCode() : 0;
		for (int i = 0; i < length; i += 2) {
			if (words[i].hashCode() == hash && words[i].equals(name)) {
				return i;
			}
		}
		return -1;
	}

	private static final class Entries extends AbstractSet<Map.Entry<String, String>> {

		private final String[] words;

		private Entries(String[] words) {
			this.words = words;
		}

		@Override
		public int size() {
			return this.words.length / 2;
		}

		@Override
		public Iterator<Map.Entry<String, String>> iterator() {
			return new Iterator<>() {

				private int next;

				@Override
				public boolean hasNext() {
					return this.next < Entries.this.words.length;
				}

				@Override
				public Map.Entry<String, String> next() {
					if (!hasNext()) {
						throw new NoSuchElementException();
					}
					this.next += 2;
					return Map.entry(Entries.this.words[this.next - 2], Entries.this.words[this.next - 1]);
				}

			};
		}

	}

	/** Gathers attributes. Not for several threads. */
	public static final class Builder {

		private String[] words;

		private int length;

		/** Of more than can be looked through. */
		private @Nullable Map<String, String> many;

		/**
		 * Creates one.
		 * @param expected about how many there will be
		 */
		public Builder(int expected) {
			this.words = new String[2 * Math.clamp(expected, 1, MAX_ENTRIES)];
		}

		/** Of one name the last value counts, at the place of the first. */
		public Builder put(String name, String value) {
			if (this.many != null) {
				this.many.put(name, value);
				return this;
			}
			int at = indexOf(this.words, this.length, name);
			if (at >= 0) {
				this.words[at + 1] = value;
			}
			else if (this.length < 2 * MAX_ENTRIES) {
				append(name, value);
			}
			else {
				this.many = new LinkedHashMap<>(new Attributes(this.words));
				this.many.put(name, value);
			}
			return this;
		}

		private void append(String name, String value) {
			if (this.length == this.words.length) {
				this.words = Arrays.copyOf(this.words, Math.min(2 * this.length, 2 * MAX_ENTRIES));
			}
			this.words[this.length++] = name;
			this.words[this.length++] = value;
		}

		public boolean has(String name) {
			return (this.many != null) ? this.many.containsKey(name) : indexOf(this.words, this.length, name) >= 0;
		}

		/** The attributes so far. The builder is not to be used any more. */
		public Map<String, String> build() {
			if (this.many != null) {
				return this.many;
			}
			return new Attributes(
					(this.length == this.words.length) ? this.words : Arrays.copyOf(this.words, this.length));
		}

	}

}
