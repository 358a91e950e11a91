package io.doab.guide;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what a server says with what the guide shows, from block to block.
 *
 * <p>
 * An ellipsis stands for anything within a line, and runs of blanks for one. A stream id
 * that the guide shows stands for the one that the server gave in its place, there and
 * wherever it is shown again; and so do the milliseconds of it by themselves.
 */
final class ShownText {

	private static final Pattern ID = Pattern.compile("\\b(\\d{13})(-\\d+)?\\b");

	private static final Pattern BLANKS = Pattern.compile("\\s+");

	private final Map<String, String> ids = new HashMap<>();

	/** What the guide shows, with the ids that the server gave so far. */
	String real(String shown) {
		return ID.matcher(shown).replaceAll((id) -> this.ids.getOrDefault(id.group(), id.group()));
	}

	/** Fails unless they are the same. */
	void requireSame(String what, List<String> shown, List<String> said) {
		assertThat(said).as(() -> what + " says\n" + String.join("\n", said)).hasSameSizeAs(shown);
		for (int i = 0; i < shown.size(); i++) {
			requireSame(what, shown.get(i), said.get(i));
		}
	}

	private void requireSame(String what, String shown, String said) {
		List<String> unknown = new ArrayList<>();
		Matcher matcher = pattern(shown, unknown).matcher(blanksAsOne(said));
		assertThat(matcher.matches()).as(() -> what + " shows: " + shown + "\nand the server says: " + said).isTrue();
		for (int i = 0; i < unknown.size(); i++) {
			learn(unknown.get(i), matcher.group(i + 1));
		}
	}

	private Pattern pattern(String shown, List<String> unknown) {
		StringBuilder pattern = new StringBuilder();
		String text = blanksAsOne(shown);
		Matcher id = ID.matcher(text);
		int end = 0;
		while (id.find()) {
			pattern.append(literal(text.substring(end, id.start())));
			String known = this.ids.get(id.group());
			if (known == null && id.group(2) != null) {
				unknown.add(id.group());
			}
			pattern.append((known == null && id.group(2) != null) ? "(\\d+-\\d+)"
					: Pattern.quote((known != null) ? known : id.group()));
			end = id.end();
		}
		return Pattern.compile(pattern.append(literal(text.substring(end))).toString());
	}

	private static String literal(String text) {
		return Pattern.quote(text).replace("…", "\\E.*\\Q");
	}

	private static String blanksAsOne(String text) {
		return BLANKS.matcher(text.strip()).replaceAll(" ");
	}

	private void learn(String shown, String real) {
		assertThat(this.ids).as("ids that are two in the guide are two").doesNotContainValue(real);
		this.ids.put(shown, real);
		this.ids.put(shown.substring(0, shown.indexOf('-')), real.substring(0, real.indexOf('-')));
	}

}
