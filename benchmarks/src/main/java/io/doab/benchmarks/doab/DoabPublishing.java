package io.doab.benchmarks.doab;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.stream.Acknowledgement;
import io.doab.stream.Event;
import io.doab.stream.PublisherSettings;
import io.doab.stream.engine.BackendPublisher;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.spi.StreamBackend;

/** Doab's publisher, idempotent as it is by default. */
final class DoabPublishing implements Publishing.Sender {

	private final Task task;

	private final BackendPublisher publisher;

	private final StreamEngine engine;

	private final StreamBackend backend;

	/** Over an engine and its backend, which it closes. */
	DoabPublishing(Task task, StreamEngine engine, StreamBackend backend) {
		this.task = task;
		this.engine = engine;
		this.backend = backend;
		this.publisher = engine.publisher(PublisherSettings.defaults()
			.withAcknowledgement(
					Acknowledgement.valueOf(Objects.requireNonNull(task.publication()).acknowledged().name())));
		// Connects, as the others do before the first event.
		this.publisher.verify();
	}

	@Override
	public CompletionStage<?> send(String id, String key, byte[] payload) {
		return this.publisher.publish(this.task.output(), Event.of(CloudEvent.ACCEPTED, key, payload).withId(id));
	}

	@Override
	public void close() {
		this.publisher.close();
		this.engine.close();
		this.backend.close();
	}

}
