package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogSection;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;

/**
 * A section of streams, page by page. What is left of each partition is all that it
 * knows: it holds no connection.
 */
final class RedisSection implements LogSection {

	private static final int MAX_PAGE_EVENTS = 500;

	private static final long MAX_PAGE_BYTES = 4L * 1024 * 1024;

	private final RedisNodes nodes;

	private final RedisSpan whole;

	private final boolean backwards;

	/** What is left to read, of partitions that were asked for. */
	private final Map<StreamPartition, RedisSpan> left = new HashMap<>();

	private final EntrySizes sizes = new EntrySizes(MAX_PAGE_BYTES);

	private volatile boolean closed;

	RedisSection(RedisNodes nodes, RedisSpan whole, boolean backwards) {
		this.nodes = nodes;
		this.whole = whole;
		this.backwards = backwards;
	}

	@Override
	public List<LogEntry> next(StreamPartition partition, int wanted) {
		if (this.closed) {
			return List.of();
		}
		String key = RedisKeys.stream(partition);
		@Nullable RedisSpan known = this.left.get(partition);
		RedisSpan span = (known != null) ? known : begin(key);
		this.left.put(partition, span);
		if (span.isEmpty()) {
			return List.of();
		}
		List<LogEntry> page = page(key, span, this.sizes.fitting(1, Math.clamp(wanted, 1, MAX_PAGE_EVENTS)));
		this.left.put(partition, page.isEmpty() ? span.upTo(RedisSpan.previous(span.first())) : after(span, page));
		return page;
	}

	/** Going forwards, what comes while it is read would put the end off for ever. */
	private RedisSpan begin(String key) {
		return (this.backwards || this.whole.isEmpty()) ? this.whole
				: this.whole.upTo(RedisLogReader.lastId(this.nodes.session(key), key));
	}

	private List<LogEntry> page(String key, RedisSpan span, long count) {
		RedisSession session = this.nodes.session(key);
		Range<String> range = Range.create(span.first().toString(), span.last().toString());
		Limit limit = Limit.create(0, count);
		List<StreamMessage<String, byte[]>> read = session.await("read " + key, this.backwards
				? session.commands().xrevrange(key, range, limit) : session.commands().xrange(key, range, limit));
		List<LogEntry> entries = new ArrayList<>(read.size());
		for (StreamMessage<String, byte[]> message : read) {
			StreamRecord record = RedisEntries.record(message);
			this.sizes.saw(record.event().size());
			entries.add(RedisLogReader.entry(record));
		}
		return entries;
	}

	private RedisSpan after(RedisSpan span, List<LogEntry> page) {
		Position last = page.getLast().record().position();
		return this.backwards ? span.upTo(RedisSpan.previous(last)) : span.from(RedisSpan.next(last));
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
