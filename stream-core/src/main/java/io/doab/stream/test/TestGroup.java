package io.doab.stream.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.engine.SynchronousProcessor;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.FetchedRecords;

/**
 * The processor under test with all that is stored. Each call ends when nothing is left
 * to do at the present time: events are handled, what they caused is committed, and waits
 * are waits for a later time.
 */
final class TestGroup {

	/** Of one call at one instant. */
	private static final int MAX_STEPS = 20_000;

	private final TestTime time;

	private final PayloadCodec codec;

	private final int maxEventBytes;

	private final TestStreams streams = new TestStreams();

	private final List<TestPartition> partitions;

	private final List<TestOwnership> owned = new ArrayList<>();

	private final List<HandlerFailure> failures = new ArrayList<>();

	private ProcessorDefinition definition;

	private SynchronousProcessor processor;

	private boolean losesCommit;

	private boolean running;

	private boolean busy;

	/** A group that is not started. */
	TestGroup(ProcessorDefinition definition, TestTime time, int partitions, PayloadCodec codec, int maxEventBytes) {
		this.time = time;
		this.codec = codec;
		this.maxEventBytes = maxEventBytes;
		this.partitions = IntStream.range(0, partitions).mapToObj(TestPartition::new).toList();
		this.definition = definition;
		this.processor = newProcessor();
	}

	private SynchronousProcessor newProcessor() {
		return new SynchronousProcessor(this.definition, this.codec, this.maxEventBytes,
				(stream) -> this.partitions.size(), this.time,
				(failure) -> this.failures.add(new HandlerFailure(failure.source(), failure.eventId(), failure.key(),
						failure.attempt(), failure.exception(), failure.action())));
	}

	ProcessorDefinition definition() {
		return this.definition;
	}

	SynchronousProcessor processor() {
		return this.processor;
	}

	TestStreams streams() {
		return this.streams;
	}

	List<TestPartition> partitions() {
		return this.partitions;
	}

	List<HandlerFailure> failures() {
		return this.failures;
	}

	boolean isRunning() {
		return this.running;
	}

	/** Begins where what is stored says. */
	void start(ProcessorDefinition next) {
		stop();
		this.definition = next;
		this.processor = newProcessor();
		this.running = true;
		this.partitions.forEach(this::acquire);
		runAll();
	}

	/** Drops what is in memory. */
	void stop() {
		requireOutside();
		drop();
	}

	private void drop() {
		this.running = false;
		this.owned.clear();
		this.partitions.forEach((partition) -> this.processor.lose(partition.number()));
	}

	void loseNextCommit() {
		this.losesCommit = true;
	}

	/** Stores the events, all before the first of them is handled. */
	void publish(String stream, Collection<? extends Event<?>> events) {
		requireOutside();
		List<Append> appends = new ArrayList<>();
		events.forEach((event) -> appends.add(this.processor.append(stream, event)));
		appends.forEach(this.streams::publish);
		runAll();
	}

	void advanceTo(Instant target) {
		requireOutside();
		do {
			runAll();
		}
		while (this.time.runNext(target));
		this.time.moveTo(target);
	}

	long lag(String stream) {
		return this.partitions.stream()
			.mapToLong((partition) -> this.streams.lag(new StreamPartition(stream, partition.number()),
					partition.checkpoint(stream)))
			.sum();
	}

	private void runAll() {
		this.busy = true;
		try {
			int steps = 0;
			do {
				if (steps++ == MAX_STEPS) {
					drop();
					throw new IllegalStateException("Processor '" + this.definition.name()
							+ "' did not come to rest at " + this.time.now() + " within " + MAX_STEPS
							+ " steps: does it emit to an input of its own, or set a timer that is due, without end?");
				}
				takeOver();
				this.owned.forEach(this::fetch);
				this.processor.runReady();
			}
			while (this.time.runNext(this.time.now()));
		}
		finally {
			this.busy = false;
		}
		throwStopCause();
	}

	/** Each partition that was lost goes to its next owner. */
	private void takeOver() {
		for (TestOwnership lost : List.copyOf(this.owned)) {
			if (lost.isOver()) {
				this.owned.remove(lost);
				this.processor.lose(lost.partition());
				acquire(lost.stored());
			}
		}
	}

	private void acquire(TestPartition partition) {
		TestOwnership ownership = new TestOwnership(partition, this.streams, this.time,
				this.definition.inputs().keySet(), this::takeLoss);
		this.owned.add(ownership);
		this.processor.acquire(ownership);
	}

	private boolean takeLoss() {
		boolean loses = this.losesCommit;
		this.losesCommit = false;
		return loses;
	}

	private void fetch(TestOwnership ownership) {
		for (int max = wanted(ownership); max > 0; max = wanted(ownership)) {
			FetchedRecords records = ownership.read(max);
			if (records == null) {
				return;
			}
			this.processor.fetched(ownership.partition(), records);
		}
	}

	private int wanted(TestOwnership ownership) {
		return this.processor.wants(ownership.partition());
	}

	private void throwStopCause() {
		Optional<Exception> cause = this.running ? this.processor.stopCause() : Optional.empty();
		if (cause.isEmpty()) {
			return;
		}
		drop();
		if (cause.get().getCause() instanceof AssertionError failed) {
			throw failed;
		}
		HandlerFailure last = this.failures.getLast();
		throw new IllegalStateException("Processor '" + this.definition.name() + "' stopped at '" + last.source()
				+ "', key '" + last.key() + "', attempt " + last.attempt() + ": " + cause.get(), cause.get());
	}

	private void requireOutside() {
		if (this.busy) {
			throw new IllegalStateException(
					"A handler uses the driver that runs it: publish, advance, start and stop are the test's");
		}
	}

}
