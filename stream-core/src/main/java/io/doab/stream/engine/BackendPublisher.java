package io.doab.stream.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Partitioner;
import io.doab.stream.Published;
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

	private final Partitions partitions;

	/** What was handed over from threads of a client, one after the other. */
	private CompletableFuture<Void> handedOver = CompletableFuture.completedFuture(null);

	BackendPublisher(Publishing publishing, StreamCatalog catalog, EventCodec codec) {
		this.publishing = publishing;
		this.catalog = catalog;
		this.codec = codec;
		this.partitions = new Partitions(catalog);
	}

	@Override
	public CompletableFuture<Published> publish(String stream, Event<?> event) {
		CompletableFuture<Published> answer = new CompletableFuture<>();
		if (ANSWERING.isBound()) {
			handOver(stream, event, answer);
		}
		else {
			send(stream, event, answer);
		}
		return answer;
	}

	/** To wait on this thread for a connection would be to wait for oneself. */
	private synchronized void handOver(String stream, Event<?> event, CompletableFuture<Published> answer) {
		this.handedOver = this.handedOver.thenRunAsync(() -> send(stream, event, answer), THREADS);
	}

	private void send(String stream, Event<?> event, CompletableFuture<Published> answer) {
		try {
			declare(stream);
			StreamPartition target = this.partitions.of(stream, event.key());
			var _ = this.publishing.append(new Append(target, this.codec.toWire(event)))
				.whenComplete((position, failure) -> ScopedValue.where(ANSWERING, this).run(() -> {
					if (failure == null) {
						answer.complete(new Published(target, position));
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

	private void declare(String stream) {
		try {
			this.catalog.declare(List.of(stream));
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

		StreamPartition of(String stream, @Nullable String key) {
			int count = this.counts.applyAsInt(stream);
			int partition = (key != null) ? Partitioner.partition(key, count) : Math
				.floorMod(this.turns.computeIfAbsent(stream, (name) -> new AtomicInteger()).getAndIncrement(), count);
			return new StreamPartition(stream, partition);
		}

	}

}
