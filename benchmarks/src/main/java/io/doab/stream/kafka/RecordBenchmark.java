package io.doab.stream.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.jmh.OrderEvents;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.WireEvent;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Events as Kafka's records, read and written. In this package for what it measures,
 * which is nobody's but the backend's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class RecordBenchmark {

	private static final int BATCH = 500;

	private static final int KEYS = 100;

	private final List<Append> appends = new ArrayList<>();

	private final List<Stored> stored = new ArrayList<>();

	/** Makes the events. */
	@Setup
	public void prepare() {
		for (WireEvent event : OrderEvents.of(BATCH, KEYS)) {
			this.appends.add(new Append(new StreamPartition("orders", 0), event));
			this.stored.add(Stored.of(event));
		}
	}

	/**
	 * A record as the client gives it, its headers bytes yet: a part of {@link #read}.
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void make(Blackhole records) {
		for (Stored one : this.stored) {
			records.consume(one.record());
		}
	}

	/** One event, of a record that is made for it: once read, its headers are text. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void read(Blackhole events) {
		RecordReader reader = new RecordReader();
		for (Stored one : this.stored) {
			events.consume(reader.read(one.record()));
		}
	}

	/** One record. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void write(Blackhole records) {
		RecordWriter writer = new RecordWriter();
		for (Append append : this.appends) {
			records.consume(writer.write(append));
		}
	}

	/** The bytes of a record. */
	private record Stored(List<Map.Entry<ByteBuffer, ByteBuffer>> headers, byte[] key, byte[] data) {

		static Stored of(WireEvent event) {
			List<Map.Entry<ByteBuffer, ByteBuffer>> headers = new ArrayList<>();
			event.attributes()
				.forEach((name, value) -> headers.add(Map.entry(buffer(KafkaRecords.header(name)), buffer(value))));
			return new Stored(headers, String.valueOf(event.key()).getBytes(StandardCharsets.UTF_8), event.data());
		}

		private static ByteBuffer buffer(String text) {
			return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
		}

		ConsumerRecord<byte[], byte[]> record() {
			Header[] fresh = new Header[this.headers.size()];
			for (int i = 0; i < fresh.length; i++) {
				Map.Entry<ByteBuffer, ByteBuffer> header = this.headers.get(i);
				fresh[i] = new RecordHeader(header.getKey().duplicate(), header.getValue().duplicate());
			}
			return new ConsumerRecord<>("orders", 0, 0, 0, TimestampType.CREATE_TIME, this.key.length, this.data.length,
					this.key, this.data, new RecordHeaders(fresh), Optional.empty());
		}

	}

}
