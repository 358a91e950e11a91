package io.doab.webevents.tail;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of a tail: its state, its meters, and in the log what is wrong, now and
 * then. Written by the tail's thread, read by any.
 */
final class TailProgress {

	private static final Logger logger = LoggerFactory.getLogger(TailProgress.class);

	private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

	private final String log;

	private final Counter lines;

	private final Counter malformed;

	private final AtomicLong lagBytes = new AtomicLong();

	private volatile TailStatus status = new TailStatus(TailStatus.State.STARTING, null);

	private long reportedNanos = System.nanoTime() - REPORT_NANOS;

	private long unreported;

	TailProgress(String log, MeterRegistry meters) {
		this.log = log;
		this.lines = Counter.builder("web.events.tail.lines")
			.description("Lines that were read and are done")
			.tag("file", log)
			.register(meters);
		this.malformed = Counter.builder("web.events.tail.malformed")
			.description("Lines among them that are none of an access log, or too large")
			.tag("file", log)
			.register(meters);
		Gauge.builder("web.events.tail.lag", this.lagBytes, AtomicLong::get)
			.description("Bytes that were written and not read")
			.baseUnit("bytes")
			.tag("file", log)
			.register(meters);
	}

	String log() {
		return this.log;
	}

	TailStatus status() {
		return this.status;
	}

	long lagBytes() {
		return this.lagBytes.get();
	}

	long lines() {
		return (long) this.lines.count();
	}

	long malformed() {
		return (long) this.malformed.count();
	}

	void done(int count) {
		this.lines.increment(count);
	}

	void lag(long bytes) {
		this.lagBytes.set(bytes);
	}

	void becomes(TailStatus.State state) {
		becomes(state, null);
	}

	void becomes(TailStatus.State state, @Nullable String reason) {
		TailStatus before = this.status;
		this.status = new TailStatus(state, reason);
		if (before.state() != state && state == TailStatus.State.FAILED) {
			logger.warn("{} is not read: {}", this.log, reason);
		}
		else if (before.state() != state) {
			logger.info("{}: {}", this.log, state);
		}
	}

	void waitsForBackend() {
		becomes(TailStatus.State.WAITING_FOR_BACKEND, "the backend does not store");
	}

	/** A line is none of an access log. What it says is told to nobody. */
	void malformed(long number, long offset, @Nullable String reason) {
		this.malformed.increment();
		report("line " + number + ", at byte " + offset + ", is passed over: " + reason);
	}

	/** The backend can never store a line. */
	void refused(String reason) {
		this.malformed.increment();
		report("a line is passed over: " + reason);
	}

	private void report(String what) {
		if (System.nanoTime() - this.reportedNanos < REPORT_NANOS) {
			this.unreported++;
			return;
		}
		logger.warn("{}: {}{}", this.log, what,
				(this.unreported > 0) ? "; " + this.unreported + " others since the last report" : "");
		this.reportedNanos = System.nanoTime();
		this.unreported = 0;
	}

}
