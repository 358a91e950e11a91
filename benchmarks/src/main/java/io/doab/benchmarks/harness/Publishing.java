package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Publishes a task's events from a thread of its own, as the handler of a transformation
 * would make them.
 */
public final class Publishing implements AutoCloseable {

	/** How many may be unanswered. */
	private static final int WINDOW = 10_000;

	/** After how many whoever gathers events sends them. */
	private static final int BATCH = 500;

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

	private final Task task;

	private final Probe probe;

	private final Sender sender;

	private final Thread thread;

	private Publishing(Task task, Probe probe, Sender sender) {
		this.task = task;
		this.probe = probe;
		this.sender = sender;
		this.thread = Thread.ofPlatform().name("publishing").daemon().unstarted(this::run);
	}

	/** Begins. It closes the sender when it is closed. */
	public static Publishing start(Task task, Probe probe, Sender sender) {
		Publishing publishing = new Publishing(task, probe, sender);
		publishing.thread.start();
		return publishing;
	}

	private void run() {
		Publication publication = Objects.requireNonNull(this.task.publication());
		Orders orders = Orders.of(null, this.task.keys());
		try {
			this.probe.begin();
			if (publication.single()) {
				for (int number = 0; number < this.task.events(); number++) {
					CompletionStage<?> answer = send(orders, number);
					this.sender.flush();
					answer.toCompletableFuture().get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
				}
			}
			else {
				publishMany(orders);
			}
		}
		catch (InterruptedException ex) {
			// Closed before it was done.
		}
		catch (Exception ex) {
			this.probe.failed(ex);
		}
	}

	private void publishMany(Orders orders) throws InterruptedException {
		Semaphore window = new Semaphore(WINDOW);
		for (int number = 0; number < this.task.events(); number++) {
			if (!window.tryAcquire()) {
				this.sender.flush();
				window.acquire();
			}
			var _ = send(orders, number).whenComplete((answer, failure) -> {
				if (failure != null) {
					this.probe.failed(failure);
				}
				window.release();
			});
			if (number % BATCH == BATCH - 1) {
				this.sender.flush();
			}
		}
		this.sender.flush();
		window.acquire(WINDOW);
	}

	private CompletionStage<?> send(Orders orders, int number) {
		return this.sender.send(orders.id(number), orders.key(number), Orders.accepted(orders.payload(number)));
	}

	@Override
	public void close() {
		this.thread.interrupt();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.sender.close();
	}

	/** Sends events. */
	public interface Sender extends AutoCloseable {

		/** Sends an event; complete when it is acknowledged as the task asks for. */
		CompletionStage<?> send(String id, String key, byte[] payload);

		/** Sends what was gathered, where it is. */
		default void flush() {
		}

		@Override
		void close();

	}

}
