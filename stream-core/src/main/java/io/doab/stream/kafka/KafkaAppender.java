package io.doab.stream.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.doab.stream.Acknowledgement;
import io.doab.stream.Position;
import io.doab.stream.PublisherSettings;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;

import org.jspecify.annotations.Nullable;

/**
 * Appends with a producer of its own, whose {@code acks} are what the publisher waits
 * for.
 */
final class KafkaAppender implements Appender {

	/** Who sends for so long waits for a server, or for room in the producer's buffer. */
	private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final KafkaClients clients;

	private final Producer<byte[], byte[]> producer;

	private final PublisherSettings settings;

	/** Whether the producer sends again by itself what was not answered. */
	private final boolean repeats;

	/**
	 * The producer forgets what it knows of a topic when no server can be reached, and
	 * makes each caller wait for it anew.
	 */
	private volatile long sendableFrom = System.nanoTime();

	KafkaAppender(KafkaClients clients, PublisherSettings settings) {
		this.clients = clients;
		this.settings = settings;
		this.producer = clients.publisher(settings);
		this.repeats = settings.idempotent() && settings.acknowledgement() != Acknowledgement.NONE;
	}

	@Override
	public CompletableFuture<@Nullable Position> append(Append append) {
		CompletableFuture<@Nullable Position> stored = new CompletableFuture<>();
		long began = System.nanoTime();
		if (began - this.sendableFrom < 0) {
			return CompletableFuture.failedFuture(new UnconfirmedException(Known.NOT_STORED,
					"Kafka does not answer: append to " + append.target() + "; the next attempt follows shortly",
					null));
		}
		// What fails before that never left the producer.
		AtomicBoolean handedOver = new AtomicBoolean();
		try {
			var _ = this.producer.send(RecordWriter.writeOne(append), (metadata, failure) -> {
				if (failure == null) {
					stored.complete(metadata.hasOffset() ? Position.ofOffset(metadata.offset()) : null);
				}
				else {
					stored.completeExceptionally(failure(append, failure, handedOver.get()));
				}
			});
		}
		catch (KafkaException ex) {
			stored.completeExceptionally(failure(append, ex, false));
		}
		handedOver.set(true);
		long now = System.nanoTime();
		// One that only took long has been sent: a server answers. For as long as this
		// one
		// waited, others are not made to wait as well.
		if (now - began > BLOCKED_NANOS && stored.isCompletedExceptionally()) {
			this.sendableFrom = now + (now - began);
		}
		return stored;
	}

	private StreamException failure(Append append, Exception failure, boolean handedOver) {
		StreamException translated = KafkaFailures.translate("append to " + append.target(), failure);
		if (!(translated instanceof RetriableException)) {
			return translated;
		}
		return new UnconfirmedException(known(failure, handedOver), String.valueOf(translated.getMessage()), failure);
	}

	/** A refusal says nothing of the attempts before it, if there can have been any. */
	private Known known(Exception failure, boolean handedOver) {
		return switch (failure) {
			case NotEnoughReplicasAfterAppendException _ -> Known.STORED_BY_LEADER;
			case NotEnoughReplicasException _ when !this.repeats -> Known.NOT_STORED;
			default -> handedOver ? Known.MAYBE_STORED : Known.NOT_STORED;
		};
	}

	@Override
	public void verify() {
		// Every broker gives any of them, as far as the topic's settings go.
	}

	@Override
	public void close() {
		// A broker that is away answers nothing: without a limit this could wait for
		// ever.
		this.producer.close(this.settings.timeout().compareTo(this.clients.settings().requestTimeout()) < 0
				? this.settings.timeout() : this.clients.settings().requestTimeout());
	}

}
