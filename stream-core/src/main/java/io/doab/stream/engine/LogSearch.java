package io.doab.stream.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.doab.stream.EventSearch;
import io.doab.stream.FoundEvent;
import io.doab.stream.Partitioner;
import io.doab.stream.Position;
import io.doab.stream.ResetTarget;
import io.doab.stream.SearchProgress;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * One search through the events of a stream. For one thread.
 */
final class LogSearch {

	private final EventSearch search;

	private final EventCodec codec;

	private final Consumer<FoundEvent> sink;

	private final Consumer<SearchProgress> progress;

	private long scanned;

	private int found;

	private @Nullable StreamPartition partition;

	private @Nullable Position position;

	LogSearch(EventSearch search, EventCodec codec, Consumer<FoundEvent> sink, Consumer<SearchProgress> progress) {
		this.search = search;
		this.codec = codec;
		this.sink = sink;
		this.progress = progress;
	}

	SearchProgress run(BackendAdmin admin) {
		for (int number : partitions(BackendStreamAdmin.partitions(admin, this.search.stream()))) {
			if (this.found < this.search.limit()) {
				scan(admin, new StreamPartition(this.search.stream(), number));
			}
		}
		return state();
	}

	private List<Integer> partitions(int count) {
		Integer only = this.search.partition();
		String key = this.search.key();
		if (only != null) {
			if (only < 0 || only >= count) {
				throw new IllegalArgumentException("Stream '" + this.search.stream() + "' has partitions 0 to "
						+ (count - 1) + ", and no " + only);
			}
			return List.of(only);
		}
		return (key != null) ? List.of(Partitioner.partition(key, count)) : IntStream.range(0, count).boxed().toList();
	}

	private void scan(BackendAdmin admin, StreamPartition current) {
		Position after = (this.search.from() != null)
				? admin.logs().before(current, new ResetTarget.Since(this.search.from())) : null;
		Position to = (this.search.until() != null)
				? admin.logs().before(current, new ResetTarget.Since(this.search.until())) : null;
		admin.logs().scan(current, after, to, (record) -> look(current, record));
	}

	private boolean look(StreamPartition current, StreamRecord record) {
		this.scanned++;
		this.partition = current;
		this.position = record.position();
		if (isWanted(record)) {
			this.found++;
			this.sink.accept(event(current, record));
		}
		if (this.scanned % EventSearch.PROGRESS_EVENTS == 0) {
			this.progress.accept(state());
		}
		return this.found < this.search.limit();
	}

	private boolean isWanted(StreamRecord record) {
		if (this.search.key() != null && !Objects.equals(this.search.key(), record.event().key())) {
			return false;
		}
		Map<String, String> attributes = record.event().attributes();
		return this.search.headers()
			.entrySet()
			.stream()
			.allMatch((header) -> header.getValue().equals(attributes.get(header.getKey())));
	}

	/** Shows also what no processor could take. */
	private FoundEvent event(StreamPartition current, StreamRecord record) {
		StreamRecord shown = new StreamRecord(record.position(), DeadLetterCodec.lenient(record.event()), null);
		return new FoundEvent(current, record.position(), this.codec.fromWire(current, shown, byte[].class),
				record.defect());
	}

	private SearchProgress state() {
		return new SearchProgress(this.scanned, this.found, this.partition, this.position);
	}

}
