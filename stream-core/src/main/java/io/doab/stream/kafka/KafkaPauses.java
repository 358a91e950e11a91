package io.doab.stream.kafka;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.spi.PauseMarks;

/**
 * Marks of paused groups in a compacted topic: {@code <ms since the epoch> <reason>}.
 */
final class KafkaPauses implements PauseMarks {

	static final String TOPIC = "doab.paused";

	private final CompactedTopic marks;

	KafkaPauses(CompactedTopic marks) {
		this.marks = marks;
	}

	@Override
	public Map<String, Pause> all() {
		Map<String, Pause> all = new TreeMap<>();
		this.marks.read().forEach((group, mark) -> all.put(group, decode(mark)));
		return all;
	}

	/** Whatever stands there, the group is paused. */
	private static Pause decode(String mark) {
		String[] words = mark.split(" ", 2);
		try {
			return new Pause(Instant.ofEpochMilli(Long.parseLong(words[0])), (words.length > 1) ? words[1] : "");
		}
		catch (NumberFormatException ex) {
			return new Pause(Instant.EPOCH, mark);
		}
	}

	@Override
	public void set(String group, Pause pause) {
		this.marks.write(group, pause.since().toEpochMilli() + " " + pause.reason());
	}

	@Override
	public void clear(String group) {
		if (this.marks.read().containsKey(group)) {
			this.marks.write(group, null);
		}
	}

}
