package io.doab.stream.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.doab.stream.DelayedPublisher;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Partitioner;
import io.doab.stream.Published;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;

import org.jspecify.annotations.Nullable;

/**
 * Publishes through a backend. A stream is declared with its first event, which makes
 * that one call block.
 */
public final class BackendPublisher implements EventPublisher, AutoCloseable {

	/** Bound on threads of a client while they complete what was published before. */
	private static final ScopedValue<BackendPublisher> ANSWERING = ScopedValue.newInstance();

	private static final Executor THREADS = (task) -> Thread.ofVirtual().name("doab-publish").start(task);

	private final Publishing publishing;

	private final StreamCatalog catalog;

	private final EventCodec codec;

	private final DelayedEvents delayed;

	private final Partitions partitions;

	/** What was handed over from threads of a client, one after the other. */
	private CompletableFuture<Void> handedOver = CompletableFuture.completedFuture(null);

	BackendPublisher(Publishing publishing, StreamCatalog catalog, EventCodec codec) {
		this.publishing = publishing;
		this.catalog = catalog;
		this.codec = codec;
		this.delayed = new DelayedEvents(codec);
		this.partitions = new Partitions(catalog);
	}

	@Override
	public CompletableFuture<Published> publish(String stream, Event<?> event) {
		return begin(List.of(stream),
				() -> new Append(this.partitions.of(stream, event.key()), this.codec.toWire(event)));
	}

	/** As {@link DelayedPublisher#publish}. */
	CompletableFuture<Published> publish(String stream, Event<?> event, Instant notBefore) {
		if (!this.catalog.definition(stream).delayed()) {
			throw new IllegalArgumentException("Stream '" + stream + "' takes no events for later: set doab.streams["
					+ stream + "].delayed=true, and this application moves them when they are due");
		}
		return begin(List.of(stream, StreamDefinition.delayedOf(stream)),
				() -> this.delayed.append(this.partitions.of(stream, event.key()), event, notBefore));
	}

	private CompletableFuture<Published> begin(List<String> streams, Supplier<Append> append) {
		CompletableFuture<Published> answer = new CompletableFuture<>();
		if (ANSWERING.isBound()) {
			handOver(() -> send(streams, append, answer));
		}
		else {
			send(streams, append, answer);
		}
		return answer;
	}

	/** To wait on this thread for a connection would be to wait for oneself. */
	private synchronized void handOver(Runnable sending) {
		this.handedOver = this.handedOver.thenRunAsync(sending, THREADS);
	}

	private void send(List<String> streams, Supplier<Append> supplier, CompletableFuture<Published> answer) {
		try {
			declare(streams);
			Append append = supplier.get();
			var _ = this.publishing.append(append)
				.whenComplete((position, failure) -> ScopedValue.where(ANSWERING, this).run(() -> {
					if (failure == null) {
						answer.complete(new Published(append.target(), position));
					}
					else {
						answer.completeExceptionally(failure);
					}
				}));
		}
		catch (RuntimeException ex) {
			answer.completeExceptionally(ex);
		}
	}

	private void declare(List<String> streams) {
		try {
			this.catalog.declare(streams);
		}
		catch (RetriableException ex) {
			throw new UnconfirmedException(Known.NOT_STORED, String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Looks whether the backend gives the acknowledgement that events are published with.
	 * Blocks.
	 * @throws FatalStreamException when it does not
	 * @throws RetriableException when it cannot be reached
	 */
	public void verify() {
		this.publishing.verify();
	}

	/** What is not acknowledged fails. */
	@Override
	public void close() {
		this.publishing.close();
	}

	/** Which partition an event goes to: by its key, or in turn. */
	static final class Partitions {

		private final ToIntFunction<String> counts;

		private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

		Partitions(StreamCatalog catalog) {
			this((stream) -> catalog.definition(stream).partitions());
		}

		Partitions(ToIntFunction<String> counts) {
			this.counts = counts;
		}

		int count(String stream) {
			return this.counts.applyAsInt(stream);
		}

		StreamPartition of(String stream, @Nullable String key) {
			int count = count(stream);
			int partition = (key != null) ? Partitioner.partition(key, count) : Math
				.floorMod(this.turns.computeIfAbsent(stream, (name) -> new AtomicInteger()).getAndIncrement(), count);
			return new StreamPartition(stream, partition);
		}

	}

}
