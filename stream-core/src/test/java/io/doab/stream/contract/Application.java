package io.doab.stream.contract;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.contract.BackendFixture.Network;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * What one process of an application has: a backend and an engine.
 */
public final class Application implements AutoCloseable {

	private final StreamBackend backend;

	private final StreamEngine engine;

	private final StreamCatalog catalog;

	public Application(BackendFixture fixture) {
		this(fixture, Network.ONE, StreamDefinition.DEFAULT_PARTITIONS);
	}

	public Application(BackendFixture fixture, Network network) {
		this(fixture, network, StreamDefinition.DEFAULT_PARTITIONS);
	}

	public Application(BackendFixture fixture, Network network, int partitions) {
		this.backend = fixture.newBackend(network);
		this.catalog = new StreamCatalog(this.backend, List.of(),
				StreamDefinition.of("default").withPartitions(partitions));
		this.engine = new StreamEngine(this.backend, this.catalog, new JsonPayloadCodec(),
				EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());
	}

	public StreamBackend backend() {
		return this.backend;
	}

	public EventPublisher publisher() {
		return this.engine.publisher();
	}

	public Application start(ProcessorDefinition... processors) {
		this.engine.start(Arrays.asList(processors));
		return this;
	}

	public ProcessorStatus status(String processor) {
		return this.engine.statuses()
			.stream()
			.filter((status) -> status.name().equals(processor))
			.findFirst()
			.orElseThrow();
	}

	/** Makes the streams without publishing to them. */
	public void declare(String... streams) {
		this.catalog.declare(Arrays.asList(streams));
	}

	/** Publishes, and waits until all is stored. */
	public void publish(String stream, List<Event<Item>> events) {
		List<CompletableFuture<?>> stored = new ArrayList<>();
		events.forEach((event) -> stored.add(publisher().publish(stream, event)));
		CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
	}

	@Override
	public void close() {
		this.engine.close();
		this.backend.close();
	}

}
