package io.doab.benchmarks.jmh;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Orders;
import io.doab.stream.Event;
import io.doab.stream.Partitioner;
import io.doab.stream.Published;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What publishing an event costs before the backend has it: encode, find the partition.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PublishBenchmark {

	private static final int PARTITIONS = 64;

	/** Not final, for the partition of a constant is one. */
	@Param("customer-17850")
	String key = "customer-17850";

	private final StreamBackend backend = MemoryBackend.create((listener) -> {
		throw new UnsupportedOperationException("Nobody joins");
	});

	private final StreamEngine engine = new StreamEngine(this.backend,
			new StreamCatalog(this.backend, List.of(), StreamDefinition.of("default").withPartitions(PARTITIONS)),
			new JsonPayloadCodec(), EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());

	private final Event<byte[]> bytes = new Event<>("order-000000012", CloudEvent.RECEIVED, URI.create("urn:doab"),
			Instant.parse("2026-01-01T00:00:00Z"), this.key, Orders.of(null, 1_000).payload(12), Map.of());

	private final Event<Order> typed = this.bytes.withData(new Order("536365", "17850", "United Kingdom", "139.12"));

	@TearDown
	public void stop() {
		this.engine.close();
	}

	/** The partition of a key. */
	@Benchmark
	public int partition() {
		return Partitioner.partition(this.key, PARTITIONS);
	}

	/** A payload of bytes. */
	@Benchmark
	public CompletableFuture<Published> publishBytes() {
		return this.engine.publisher().publish("orders", this.bytes);
	}

	/** A payload that becomes JSON. */
	@Benchmark
	public CompletableFuture<Published> publishJson() {
		return this.engine.publisher().publish("orders", this.typed);
	}

	/** Some payload. */
	public record Order(String id, String customer, String country, String total) {
	}

}
