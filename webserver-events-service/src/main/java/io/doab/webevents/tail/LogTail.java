package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.doab.stream.EventPublisher;

import org.jspecify.annotations.Nullable;

/**
 * Reads a log as it grows and publishes each of its lines, across rotations and restarts.
 *
 * <p>
 * Lines are published some at a time, and their position is saved when the backend has
 * confirmed all of them: a process that ends in between leaves lines to the next one that
 * are stored already, under the same ids. A backend that is away is waited for.
 *
 * <p>
 * One thread does all of it. Where several processes are to read the same log with the
 * same state folder, one does and the others stand by.
 */
final class LogTail implements AutoCloseable {

	private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);

	/** Between the two steps of a rotation there is no file for a moment. */
	private static final Duration MISSING_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private final Path log;

	private final TailProperties properties;

	private final TailStateFile stateFile;

	private final TailProgress progress;

	private final LinePublisher publisher;

	private final StopSignal stop = new StopSignal();

	private final Thread thread;

	private @Nullable TailedFiles files;

	/** When there was a file of that name. */
	private long thereNanos = System.nanoTime();

	LogTail(Path log, TailProperties properties, Path stateFolder, EventPublisher publisher, TailProgress progress) {
		this.log = log;
		this.properties = properties;
		this.stateFile = new TailStateFile(stateFolder, log);
		this.progress = progress;
		this.publisher = new LinePublisher(log.toString(), publisher, progress);
		this.thread = Thread.ofPlatform().daemon().name("tail-" + log.getFileName()).unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	TailProgress progress() {
		return this.progress;
	}

	private void run() {
		try {
			while (!this.stop.isStopped()) {
				this.stop.await(work());
			}
		}
		finally {
			this.progress.becomes(TailStatus.State.STOPPED);
			release();
		}
	}

	/**
	 * Does what there is to do, and returns how long to wait then.
	 */
	private Duration work() {
		try {
			TailedFiles opened = this.files;
			if (opened == null) {
				if (!this.stateFile.tryLock()) {
					this.progress.becomes(TailStatus.State.STANDING_BY, "another process reads it");
					return FAILURE_PAUSE;
				}
				opened = new TailedFiles(this.log, this.stateFile.read(), this::newReader);
				this.files = opened;
			}
			return work(opened);
		}
		catch (FolderChangedException ex) {
			return this.properties.pollInterval();
		}
		catch (IOException | RuntimeException ex) {
			this.progress.becomes(TailStatus.State.FAILED, ex.getClass().getSimpleName() + ": " + ex.getMessage());
			if (this.files == null) {
				release();
			}
			return FAILURE_PAUSE;
		}
	}

	private LineReader newReader() {
		return new LineReader((int) this.properties.maxLineSize().toBytes(), this.properties.maxInFlight());
	}

	private Duration work(TailedFiles opened) throws IOException {
		boolean there = opened.look();
		if (opened.isChanged()) {
			// Before anything of a file is published: it is to be found again.
			this.stateFile.write(opened.state());
		}
		for (TailedFile file : List.copyOf(opened.inOrder())) {
			List<Line> lines = file.read();
			boolean over = lines.isEmpty() && !opened.isCurrent(file)
					&& file.isOver(this.properties.rotatedFor().toNanos());
			if (over) {
				lines = file.readRest();
			}
			if (!file.isSame()) {
				return Duration.ZERO;
			}
			if (!lines.isEmpty()) {
				take(opened, file, lines);
				return Duration.ZERO;
			}
			if (over) {
				opened.finish(file);
				this.stateFile.write(opened.state());
			}
		}
		this.progress.lag(opened.lagBytes());
		if (there) {
			this.thereNanos = System.nanoTime();
			this.progress.becomes(TailStatus.State.READING);
		}
		else {
			boolean overdue = System.nanoTime() - this.thereNanos > MISSING_TIMEOUT.toNanos();
			this.progress.becomes(overdue ? TailStatus.State.FAILED : TailStatus.State.WAITING_FOR_FILE,
					"there is no file of that name");
		}
		return this.properties.pollInterval();
	}

	private void take(TailedFiles opened, TailedFile file, List<Line> lines) throws IOException {
		this.progress.lag(opened.lagBytes());
		if (this.publisher.publish(file, lines, this.stop)) {
			this.progress.becomes(TailStatus.State.READING);
			file.advance(lines);
			file.force();
			this.stateFile.write(opened.state());
			this.progress.done(lines.size());
		}
	}

	/** Lets go of everything: what was read and not saved is read again. */
	private void release() {
		try {
			if (this.files != null) {
				this.files.close();
			}
			this.stateFile.close();
		}
		catch (IOException ex) {
			// It was only read.
		}
		this.files = null;
	}

	/** Stops it, and waits until it has let go. */
	@Override
	public void close() {
		this.stop.stop();
		try {
			this.thread.join(CLOSE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
