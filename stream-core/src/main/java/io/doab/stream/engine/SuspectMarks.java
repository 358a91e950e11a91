package io.doab.stream.engine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.engine.Suspect.Mark;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored form of the marks of a partition, one state entry: a line with the version
 * of the format, then for each mark a line with the number of deliveries, the
 * milliseconds of the first, and what is marked.
 */
final class SuspectMarks {

	/** The entry; its state is reserved. */
	static final StateKey ENTRY = new StateKey("#suspects", "marks");

	private static final Logger logger = LoggerFactory.getLogger(SuspectMarks.class);

	private static final String VERSION = "1";

	private SuspectMarks() {
	}

	static String idOf(String stream, Position position) {
		return stream + "@" + position;
	}

	/** No stream has a colon in its name, nor has encoded text. */
	static String idOf(TimerKey timer) {
		return "timer:" + URLEncoder.encode(timer.name(), StandardCharsets.UTF_8) + ":"
				+ URLEncoder.encode(timer.key(), StandardCharsets.UTF_8);
	}

	static byte @Nullable [] encode(Map<String, Mark> marks) {
		if (marks.isEmpty()) {
			return null;
		}
		StringBuilder text = new StringBuilder(VERSION).append('\n');
		marks.forEach((id, mark) -> text.append(mark.deliveries())
			.append(' ')
			.append(mark.since().toEpochMilli())
			.append(' ')
			.append(id)
			.append('\n'));
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Reads what {@link #encode} wrote. Marks of another version count as none: what they
	 * guard against costs deliveries, a processor that does not run would cost all.
	 */
	static Map<String, Mark> decode(byte @Nullable [] stored) {
		Map<String, Mark> marks = new LinkedHashMap<>();
		if (stored == null) {
			return marks;
		}
		String[] lines = new String(stored, StandardCharsets.UTF_8).split("\n", -1);
		if (!lines[0].equals(VERSION)) {
			logger.warn("Marks of suspects have format version {}, which this program does not know: begun anew",
					lines[0]);
			return marks;
		}
		for (int i = 1; i < lines.length; i++) {
			String[] words = lines[i].split(" ", 3);
			if (words.length == 3) {
				marks.put(words[2],
						new Mark(Integer.parseInt(words[0]), Instant.ofEpochMilli(Long.parseLong(words[1]))));
			}
		}
		return marks;
	}

}
