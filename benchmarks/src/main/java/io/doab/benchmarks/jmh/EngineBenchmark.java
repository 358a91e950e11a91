package io.doab.benchmarks.jmh;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Orders;
import io.doab.stream.KeyedState;
import io.doab.stream.Ordering;
import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way of an event through the engine: decode, dispatch to its lane, handler, encode
 * the output, assemble the commit. Batches as a backend brings them, each until it is
 * committed.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class EngineBenchmark {

	private static final int BATCH = 500;

	private static final String IN = "in";

	private static final String OUT = "out";

	/** Which events wait for each other. */
	@Param({ "PARTITION", "KEY" })
	Ordering ordering = Ordering.KEY;

	/** Whether a counter of each key is read and written. */
	@Param({ "false", "true" })
	boolean state;

	/** How many keys a batch has. */
	@Param({ "100" })
	int keys;

	private final List<WireEvent> events = new ArrayList<>();

	private final CompletableFuture<MemoryMember> member = new CompletableFuture<>();

	private final StreamBackend backend = MemoryBackend.create((listener) -> {
		MemoryMember joined = new MemoryMember(listener, IN);
		this.member.complete(joined);
		return joined;
	});

	private final StreamEngine engine = new StreamEngine(this.backend,
			new StreamCatalog(this.backend, List.of(), StreamDefinition.of("default").withPartitions(1)),
			new JsonPayloadCodec(), EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());

	private long offset;

	/** Starts the processor. */
	@Setup
	public void start() {
		this.events.addAll(OrderEvents.of(BATCH, this.keys));
		ProcessorDefinition.Builder builder = ProcessorDefinition.named("engine").ordering(this.ordering).output(OUT);
		if (this.state) {
			builder.on(IN, byte[].class, (event, context) -> {
				KeyedState<Long> counter = context.state("count", Long.class);
				long count = counter.get().orElse(0L) + 1;
				counter.put(count);
				context.emit(OUT, CloudEvent.ACCEPTED, Orders.counted(event.data(), count % 1_000_000));
			}).state("count", Long.class);
		}
		else {
			builder.on(IN, byte[].class,
					(event, context) -> context.emit(OUT, CloudEvent.ACCEPTED, Orders.accepted(event.data())));
		}
		this.engine.start(List.of(builder.build()));
	}

	@TearDown
	public void stop() {
		this.engine.close();
	}

	/** One batch. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void events() throws InterruptedException {
		List<StreamRecord> batch = new ArrayList<>(BATCH);
		for (WireEvent event : this.events) {
			batch.add(new StreamRecord(Position.ofOffset(++this.offset), event, null));
		}
		this.member.join().process(batch);
	}

}
