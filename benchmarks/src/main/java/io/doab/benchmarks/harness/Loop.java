package io.doab.benchmarks.harness;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A thread that does the same step again and again until it is closed. */
public final class Loop implements AutoCloseable {

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final Thread thread;

	private Loop(String name, Consumer<Throwable> failed, Step step, Step end) {
		this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> {
			try {
				while (!this.stopped.get()) {
					step.run();
				}
				end.run();
			}
			catch (Exception ex) {
				failed.accept(ex);
			}
		});
	}

	/**
	 * Starts one.
	 * @param probe is told when a step fails
	 * @param end what is done once at last, by the same thread
	 */
	public static Loop start(String name, Probe probe, Step step, Step end) {
		return start(new Loop(name, probe::failed, step, end));
	}

	/** Starts one of the harness's own. A step that fails is its end. */
	public static Loop start(String name, Step step, Step end) {
		return start(new Loop(name, Throwable::printStackTrace, step, end));
	}

	private static Loop start(Loop loop) {
		loop.thread.start();
		return loop;
	}

	/** Waits for the step that runs. */
	@Override
	public void close() {
		this.stopped.set(true);
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What is done. */
	@FunctionalInterface
	public interface Step {

		void run() throws Exception;

	}

}
