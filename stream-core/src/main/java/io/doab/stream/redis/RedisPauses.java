package io.doab.stream.redis;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import io.doab.stream.GroupDescription.Pause;
import io.doab.stream.spi.PauseMarks;

/**
 * Marks of paused groups in one hash: {@code <ms since the epoch> <reason>}.
 */
final class RedisPauses implements PauseMarks {

	private final RedisNodes nodes;

	RedisPauses(RedisNodes nodes) {
		this.nodes = nodes;
	}

	@Override
	public Map<String, Pause> all() {
		RedisSession session = this.nodes.session(RedisKeys.PAUSED);
		Map<String, Pause> all = new TreeMap<>();
		session.await("read which groups are paused", session.commands().hgetall(RedisKeys.PAUSED))
			.forEach((group, mark) -> all.put(group, decode(RedisLink.text(mark))));
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
		RedisSession session = this.nodes.session(RedisKeys.PAUSED);
		session.await("pause group " + group, session.commands()
			.hset(RedisKeys.PAUSED, group, RedisLink.bytes(pause.since().toEpochMilli() + " " + pause.reason())));
	}

	@Override
	public void clear(String group) {
		RedisSession session = this.nodes.session(RedisKeys.PAUSED);
		session.await("resume group " + group, session.commands().hdel(RedisKeys.PAUSED, group));
	}

}
