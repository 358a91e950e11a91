package io.doab.conformance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.redis.RedisFixture;
import io.doab.conformance.redis.RedisStreamsFixture;
import io.doab.stream.EventCursor;
import io.doab.stream.EventSearch;
import io.doab.stream.FoundEvent;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.SearchProgress;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;
import io.lettuce.core.ScriptOutputType;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten million small events in a stream of three partitions. What operators ask is
 * answered in less than a second, or tells how far it is at least every second, and costs
 * no memory however much there is. {@code -Ddoab.soak.events=1000000} takes fewer; what
 * it measured is in {@code target/soak-large-stream-….txt}.
 */
@Tag("soak")
class LargeStreamSoakTests {

	private static final int EVENTS = Integer.getInteger("doab.soak.events", 10_000_000);

	private static final int PARTITIONS = 3;

	private static final String STREAM = "large";

	private static final String GROUP = "behind";

	private static final String NEEDLE = keyOf(PARTITIONS - 1, "needle");

	/** So many the group has done. */
	private static final int DONE = 300;

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static final long GROWTH_LIMIT_MIB = 32;

	/** When the first was stored on Redis: there is one in each millisecond. */
	private final Instant first = Instant.ofEpochMilli(System.currentTimeMillis() - EVENTS);

	private final List<String> report = new ArrayList<>();

	@Test
	void tenMillionEventsOnRedisAreAskedForAsQuicklyAsAFew() throws IOException {
		try (RedisFixture fixture = new RedisFixture()) {
			fixture.commands().configSet("appendonly", "no");
			ask("redis", fixture, () -> this.first.plusMillis(EVENTS / 2), (from, to) -> loadRedis(fixture, from, to));
		}
	}

	@Test
	void tenMillionEventsOnKafkaAreAskedForAsQuicklyAsAFew() throws IOException {
		try (KafkaFixture fixture = new KafkaFixture()) {
			ask("kafka", fixture, Instant::now, (from, to) -> loadKafka(fixture, from, to));
		}
	}

	private void ask(String backend, BackendFixture fixture, Supplier<Instant> now, Loader loader) throws IOException {
		ProcessorDefinition processor = ProcessorDefinition.named(GROUP).on(STREAM, Item.class, (event, context) -> {
		}).build();
		try (Application app = new Application(fixture)) {
			app.declare(STREAM);
			loader.load(0, DONE);
			app.start(processor);
			BackendCases.eventually().untilAsserted(() -> assertThat(app.admin().groups().names()).contains(GROUP));
			BackendCases.eventually()
				.ignoreException(IllegalArgumentException.class)
				.until(() -> app.admin().groups().describe(GROUP).lag().events() == 0);
		}
		long began = System.nanoTime();
		loader.load(DONE, EVENTS / 2);
		Instant middle = now.get();
		loader.load(EVENTS / 2, EVENTS);
		tell(String.format(Locale.ROOT, "loaded %,d events in %d s", EVENTS,
				Duration.ofNanos(System.nanoTime() - began).toSeconds()));
		try (Application app = new Application(fixture)) {
			app.admin().streams();
			long heap = usedMebibytes();
			quick("describe the stream", () -> assertThat(app.admin().describe(STREAM).events()).isEqualTo(EVENTS + 1));
			quick("lag of a group",
					() -> assertThat(app.admin().groups().describe(GROUP).lag().events()).isEqualTo(EVENTS + 1 - DONE));
			quick("a hundred from the middle on, by time", () -> {
				List<FoundEvent> found = new ArrayList<>();
				app.admin()
					.search(EventSearch.in(STREAM).between(middle, null).withLimit(100), found::add, (progress) -> {
					});
				assertThat(found).hasSize(100);
			});
			quick("the same, read as a range", () -> {
				StreamRange range = StreamRange.of(STREAM).from(StreamPoint.at(middle)).limit(100);
				try (EventCursor<Item> cursor = app.reader().range(range, Item.class)) {
					assertThat(cursor.stream()).hasSize(100);
				}
			});
			searchByKey(app);
			long growth = usedMebibytes() - heap;
			tell(String.format(Locale.ROOT, "heap: %d MiB before, %+d MiB afterwards", heap, growth));
			assertThat(growth).isLessThan(GROWTH_LIMIT_MIB);
		}
		finally {
			Files.write(Path.of("target", "soak-large-stream-" + backend + ".txt"), this.report);
		}
	}

	/** The last event of a partition: all others before it are looked at. */
	private void searchByKey(Application app) {
		Progress progress = new Progress();
		List<FoundEvent> found = new ArrayList<>();
		SearchProgress end = app.admin().search(EventSearch.in(STREAM).withKey(NEEDLE), found::add, progress::told);
		assertThat(found).hasSize(1);
		assertThat(end.scanned()).isGreaterThan(EVENTS / PARTITIONS - 1);
		tell(String.format(Locale.ROOT,
				"browse by key, the last of %,d: %d ms; progress was told every %d ms at most, heap %d to %d MiB",
				end.scanned(), progress.sinceBeginning().toMillis(), progress.longest.toMillis(), progress.least,
				progress.most));
		assertThat(progress.longest).isLessThan(LIMIT);
		assertThat(progress.most - progress.least).isLessThan(GROWTH_LIMIT_MIB);
	}

	private void quick(String what, Runnable question) {
		long began = System.nanoTime();
		question.run();
		Duration taken = Duration.ofNanos(System.nanoTime() - began);
		tell(what + ": " + taken.toMillis() + " ms");
		assertThat(taken).as(what).isLessThan(LIMIT);
	}

	private void tell(String line) {
		this.report.add(line);
		System.out.println(line);
	}

	private static long usedMebibytes() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
	}

	/** The server makes them itself: nothing is quicker. */
	private void loadRedis(RedisFixture fixture, int begin, int end) {
		String script = """
				for i = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) do
				  redis.call('XADD', KEYS[1], string.format('%.0f-0', ARGV[4] + i), 'partitionkey', ARGV[6 + i % 100],
				    'data', '{"key":"' .. ARGV[6 + i % 100] .. '","number":' .. i .. '}')
				end
				if ARGV[5] ~= '' then
				  redis.call('XADD', KEYS[1], '*', 'partitionkey', ARGV[5], 'data', '{"key":"needle","number":0}')
				end
				return 0""";
		int batch = 300_000;
		for (int from = begin; from < end; from += batch) {
			int to = Math.min(end, from + batch);
			for (int partition = 0; partition < PARTITIONS; partition++) {
				boolean last = to == EVENTS && partition == PARTITIONS - 1;
				List<String> arguments = new ArrayList<>(
						List.of(String.valueOf(from + partition), String.valueOf(to - 1), String.valueOf(PARTITIONS),
								String.valueOf(this.first.toEpochMilli()), last ? NEEDLE : ""));
				arguments.addAll(keys(partition));
				fixture.commands()
					.eval(script, ScriptOutputType.INTEGER, new String[] { RedisStreamsFixture.key(STREAM, partition) },
							arguments.stream()
								.map((argument) -> argument.getBytes(StandardCharsets.UTF_8))
								.toArray(byte[][]::new));
			}
		}
	}

	private void loadKafka(KafkaFixture fixture, int begin, int end) {
		List<List<String>> keys = IntStream.range(0, PARTITIONS).mapToObj(LargeStreamSoakTests::keys).toList();
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", fixture.bootstrapServers(), "acks", "1", "linger.ms", 50, "batch.size",
						1 << 20, "compression.type", "lz4", "buffer.memory", 64 << 20),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			for (int i = begin; i < end; i++) {
				String key = keys.get(i % PARTITIONS).get(i % 100);
				send(producer, i % PARTITIONS, this.first.toEpochMilli() + i, key, i);
			}
			if (end == EVENTS) {
				send(producer, PARTITIONS - 1, System.currentTimeMillis(), NEEDLE, 0);
			}
		}
	}

	private static void send(KafkaProducer<byte[], byte[]> producer, int partition, long time, String key, int number) {
		byte[] data = ("{\"key\":\"" + key + "\",\"number\":" + number + "}").getBytes(StandardCharsets.UTF_8);
		var _ = producer
			.send(new ProducerRecord<>(STREAM, partition, time, key.getBytes(StandardCharsets.UTF_8), data));
	}

	/** A hundred keys of a partition. */
	private static List<String> keys(int partition) {
		return IntStream.range(0, 100).mapToObj((number) -> keyOf(partition, "key" + number)).toList();
	}

	private static String keyOf(int partition, String name) {
		return IntStream.iterate(0, (suffix) -> suffix + 1)
			.mapToObj((suffix) -> name + "-" + suffix)
			.filter((key) -> Partitioner.partition(key, PARTITIONS) == partition)
			.findFirst()
			.orElseThrow();
	}

	/** Stores events: those of these numbers, and at the end of all the needle. */
	@FunctionalInterface
	private interface Loader {

		void load(int from, int to);

	}

	/** How often progress was told, and what the heap held meanwhile. */
	private static final class Progress {

		private static final int MEASURED_EVERY = 50;

		private final long began = System.nanoTime();

		private long last = this.began;

		private Duration longest = Duration.ZERO;

		private long least = Long.MAX_VALUE;

		private long most;

		private int told;

		private void told(SearchProgress progress) {
			Duration since = Duration.ofNanos(System.nanoTime() - this.last);
			this.longest = (since.compareTo(this.longest) > 0) ? since : this.longest;
			if (this.told++ % MEASURED_EVERY == 0) {
				long used = usedMebibytes();
				this.least = Math.min(this.least, used);
				this.most = Math.max(this.most, used);
			}
			this.last = System.nanoTime();
		}

		private Duration sinceBeginning() {
			return Duration.ofNanos(System.nanoTime() - this.began);
		}

	}

}
