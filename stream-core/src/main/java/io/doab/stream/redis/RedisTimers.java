package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.TimerKey;
import io.lettuce.core.ScoredValue;

import org.jspecify.annotations.Nullable;

/**
 * Timers as members of a sorted set: name, a zero byte, key; the score is the due time in
 * ms.
 */
final class RedisTimers {

	private static final char SEPARATOR = '\0';

	private RedisTimers() {
	}

	static byte[] member(TimerKey timer) {
		return RedisLink.bytes(timer.name() + SEPARATOR + timer.key());
	}

	/** What {@link #member} wrote. */
	static TimerKey timer(byte[] member) {
		String text = new String(member, StandardCharsets.UTF_8);
		int separator = text.indexOf(SEPARATOR);
		return new TimerKey(text.substring(0, separator), text.substring(separator + 1));
	}

	/**
	 * Those of the first members that are due, and when the next one is.
	 * @param first the first members of the set, one more than were asked for
	 */
	static DueTimers due(List<ScoredValue<byte[]>> first, Instant now, int limit) {
		List<DueTimers.Entry> due = new ArrayList<>();
		@Nullable Instant next = null;
		for (ScoredValue<byte[]> member : first) {
			Instant at = Instant.ofEpochMilli((long) member.getScore());
			if (at.isAfter(now) || due.size() == limit) {
				next = at;
				break;
			}
			due.add(new DueTimers.Entry(timer(member.getValue()), at));
		}
		return new DueTimers(due, next);
	}

}
