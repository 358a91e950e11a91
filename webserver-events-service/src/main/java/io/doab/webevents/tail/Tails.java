package io.doab.webevents.tail;

import java.util.List;

import org.springframework.context.SmartLifecycle;

/**
 * All tails: they start when everything else runs, and stop before anything else does.
 */
final class Tails implements SmartLifecycle {

	private final List<LogTail> tails;

	private volatile boolean running;

	Tails(List<LogTail> tails) {
		this.tails = List.copyOf(tails);
	}

	List<TailProgress> progress() {
		return this.tails.stream().map(LogTail::progress).toList();
	}

	@Override
	public void start() {
		this.tails.forEach(LogTail::start);
		this.running = true;
	}

	@Override
	public void stop() {
		this.tails.forEach(LogTail::close);
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
