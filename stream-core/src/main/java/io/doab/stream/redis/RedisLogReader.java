package io.doab.stream.redis;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogRange;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.LogSection;
import io.doab.stream.spi.LogTail;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;

/**
 * Reads streams with {@code XRANGE}, {@code XREVRANGE} and {@code XREAD}.
 */
final class RedisLogReader implements LogReader {

	private final RedisNodes nodes;

	private final RedisClients clients;

	private final RedisSettings settings;

	/**
	 * Creates a reader.
	 * @param nodes for what is answered at once; a tail has connections of its own
	 */
	RedisLogReader(RedisNodes nodes, RedisClients clients, RedisSettings settings) {
		this.nodes = nodes;
		this.clients = clients;
		this.settings = settings;
	}

	@Override
	public OptionalInt partitions(String stream) {
		RedisSession session = this.nodes.session(RedisKeys.STREAMS);
		byte[] number = session.await("look for stream " + stream, session.commands().hget(RedisKeys.STREAMS, stream));
		return (number != null) ? OptionalInt.of(Integer.parseInt(RedisLink.text(number))) : OptionalInt.empty();
	}

	@Override
	public LogSection open(Collection<StreamPartition> partitions, LogRange range) {
		return new RedisSection(this.nodes, RedisSpan.of(range), range.backwards());
	}

	@Override
	public LogTail follow() {
		return new RedisTail(this.nodes, this.clients.connectForMember(), this.settings.commandTimeout());
	}

	/** The id of the last entry of a stream, or 0-0 when it has none. */
	static Position lastId(RedisSession session, String key) {
		List<StreamMessage<String, byte[]>> last = session.await("read the end of " + key,
				session.commands().xrevrange(key, Range.unbounded(), Limit.create(0, 1)));
		return last.isEmpty() ? RedisEntries.BEGINNING : Position.parse(last.getFirst().getId());
	}

	static LogEntry entry(StreamRecord record) {
		return new LogEntry(record, record.position().major());
	}

}
