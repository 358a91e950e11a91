package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.jmh.OrderEvents;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.StreamMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

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
 * Events as entries of a Redis stream, read, and written as words of a commit. In this
 * package for what it measures, which is nobody's but the backend's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class EntryBenchmark {

	private static final int BATCH = 500;

	private static final int KEYS = 100;

	private final List<WireEvent> events = new ArrayList<>();

	private final List<StreamMessage<String, byte[]>> entries = new ArrayList<>();

	private final List<Append> appends = new ArrayList<>();

	private final AtomicCommit commit = new AtomicCommit(Map.of(), this.appends, List.of(), List.of());

	private final ByteBuf sent = Unpooled.buffer();

	/** Makes the events. */
	@Setup
	public void prepare() {
		for (WireEvent event : OrderEvents.of(BATCH, KEYS)) {
			this.entries
				.add(new StreamMessage<>("orders", "1700000000000-" + this.events.size(), RedisEntries.fields(event)));
			this.events.add(event);
			this.appends.add(new Append(new StreamPartition("out", 0), event));
		}
	}

	/** One event, of an entry as the client gives it. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void read(Blackhole read) {
		for (StreamMessage<String, byte[]> entry : this.entries) {
			read.consume(RedisEntries.record(entry));
		}
	}

	/** The words of one event of a commit as a script. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void write(Blackhole written) {
		EntryTemplates entries = new EntryTemplates();
		for (WireEvent event : this.events) {
			entries.add(1, RedisEntries.words(event));
		}
		List<byte[]> words = new ArrayList<>();
		entries.addTo(words);
		written.consume(words);
	}

	/** One event of a commit as a transaction, up to the bytes that are sent. */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void transaction(Blackhole written) {
		CommitContents contents = CommitContents.of("group", 0, "member:1:nonce", 6_000, 1, this.commit, false);
		this.sent.clear();
		new CommitTransaction(contents).batch().commands().forEach((command) -> command.encode(this.sent));
		written.consume(this.sent);
	}

}
