package io.doab.conformance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.redis.RedisFixture;
import io.doab.conformance.redis.RedisStreamsFixture;
import io.doab.stream.EventCursor;
import io.doab.stream.StoredEvent;
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
 * Ten million small events in three partitions, read forwards, backwards and as a tail:
 * memory stays as it is, however many there are. {@code -Ddoab.soak.events=1000000} takes
 * fewer; what it measured is in {@code target/soak-read-….txt}.
 */
@Tag("soak")
class LargeReadSoakTests {

	private static final int EVENTS = Integer.getInteger("doab.soak.events", 10_000_000);

	private static final int PARTITIONS = 3;

	private static final String STREAM = "large";

	private static final int BATCH = 100_000;

	private static final long GROWTH_LIMIT_MIB = 32;

	private final List<String> report = new ArrayList<>();

	@Test
	void tenMillionEventsOnRedisAreReadInTheMemoryOfAFew() throws IOException {
		try (RedisFixture fixture = new RedisFixture()) {
			fixture.commands().configSet("appendonly", "no");
			read("redis", fixture, () -> loadRedis(fixture));
		}
	}

	@Test
	void tenMillionEventsOnKafkaAreReadInTheMemoryOfAFew() throws IOException {
		try (KafkaFixture fixture = new KafkaFixture()) {
			read("kafka", fixture, () -> loadKafka(fixture.address(Network.OTHER)));
		}
	}

	private void read(String backend, BackendFixture fixture, Runnable load) throws IOException {
		try (Application app = new Application(fixture)) {
			app.declare(STREAM);
			load.run();
			long heap = usedMebibytes();
			measure("forwards", heap, app.reader().range(StreamRange.of(STREAM), byte[].class));
			measure("backwards", heap, app.reader().range(StreamRange.of(STREAM).backwards(), byte[].class));
			measure("as a tail", heap, app.reader().tail(STREAM, StreamPoint.beginning(), byte[].class));
		}
		finally {
			Files.createDirectories(Path.of("target"));
			Files.write(Path.of("target", "soak-read-" + backend + ".txt"), this.report);
		}
	}

	private void measure(String what, long heap, EventCursor<byte[]> events) {
		long began = System.nanoTime();
		long most = 0;
		long read = 0;
		try (events) {
			for (; read < EVENTS; read++) {
				Optional<StoredEvent<byte[]>> next = events.poll(Duration.ofSeconds(30));
				assertThat(next).as("event %d of %d", read, EVENTS).isPresent();
				if (read % (EVENTS / 10) == EVENTS / 20) {
					most = Math.max(most, usedMebibytes() - heap);
				}
			}
			assertThat(events.poll(Duration.ofMillis(10))).isEmpty();
		}
		long millis = Math.max(1, Duration.ofNanos(System.nanoTime() - began).toMillis());
		this.report.add(String.format(Locale.ROOT, "%s: %,d events in %d s, %,d a second, heap %+d MiB at most", what,
				read, millis / 1_000, read * 1_000 / millis, most));
		System.out.println(this.report.getLast());
		assertThat(most).as(what).isLessThan(GROWTH_LIMIT_MIB);
	}

	private static long usedMebibytes() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
	}

	/** The server makes them itself: nothing is quicker. */
	private static void loadRedis(RedisFixture fixture) {
		String script = """
				for i = 1, tonumber(ARGV[1]) do
				  redis.call('XADD', KEYS[1], '*', 'partitionkey', 'key' .. i % 100, 'data', '{"number":' .. i .. '}')
				end
				return 0""";
		for (int i = 0; i * BATCH < EVENTS; i++) {
			byte[] count = String.valueOf(Math.min(BATCH, EVENTS - i * BATCH)).getBytes(StandardCharsets.UTF_8);
			fixture.commands()
				.eval(script, ScriptOutputType.INTEGER,
						new String[] { RedisStreamsFixture.key(STREAM, i % PARTITIONS) }, count);
		}
	}

	private static void loadKafka(String bootstrapServers) {
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers,
				"acks", "1", "linger.ms", 50, "batch.size", 1 << 19, "compression.type", "lz4"),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			for (int i = 0; i < EVENTS; i++) {
				byte[] key = ("key" + i % 100).getBytes(StandardCharsets.UTF_8);
				byte[] data = ("{\"number\":" + i + "}").getBytes(StandardCharsets.UTF_8);
				var _ = producer.send(new ProducerRecord<>(STREAM, i / BATCH % PARTITIONS, key, data));
			}
		}
	}

}
