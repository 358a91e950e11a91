package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EntryTemplatesTests {

	private final EntryTemplates entries = new EntryTemplates();

	@Test
	void ofNoneThereAreNone() {
		assertSent("0", "0");
	}

	@Test
	void ofOneAllIsInItsTemplate() {
		add(1, "id", "7", "data", "x");
		assertSent("1 4 0 id 7 data x", "1 1 1");
	}

	@Test
	void whatIsTheSameIsSentOnce() {
		add(1, "id", "7", "type", "paid", "data", "x");
		add(2, "id", "8", "type", "paid", "data", "y");
		add(1, "id", "9", "type", "paid", "data", "x");
		assertSent("1 6 2 id _ type paid data _ 2 6", "3 1 1 7 x 2 1 8 y 1 1 9 x");
	}

	@Test
	void aWordThatIsAsBeforeIsTheEntrysOwnWhenItDiffersInAnother() {
		add(1, "type", "paid");
		add(1, "type", "paid");
		add(1, "type", "refused");
		assertSent("1 2 1 type _ 2", "3 1 1 paid 1 1 paid 1 1 refused");
	}

	@Test
	void entriesOfOtherLengthsHaveTemplatesOfTheirOwn() {
		add(1, "data", "x");
		add(1, "id", "7", "data", "x");
		add(1, "data", "y");
		assertSent("2 2 1 data _ 2 4 0 id 7 data x", "3 1 1 x 1 2 1 1 y");
	}

	@Test
	void whereAllAreForOneKeyNoneSaysForWhich() {
		this.entries.add(words("data", "x"));
		this.entries.add(words("data", "y"));
		assertSent("1 2 1 data _ 2", "2 1 x 1 y");
	}

	private void add(int key, String... words) {
		this.entries.add(key, words(words));
	}

	private static List<byte[]> words(String... words) {
		return Stream.of(words).map(RedisLink::bytes).toList();
	}

	/** Words with blanks between them, of which _ is empty. */
	private void assertSent(String templates, String own) {
		List<byte[]> words = new ArrayList<>();
		this.entries.addTo(words);
		assertThat(words.stream().map(RedisLink::text).map((word) -> word.isEmpty() ? "_" : word))
			.containsExactly((templates + " " + own).split(" "));
	}

}
