package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.doab.stream.spi.IdempotencyWindow;

import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The window over Kafka: claims are records of a topic of one partition, which every
 * instance reads. The first claim of a key in the log holds it, so all instances agree. A
 * claim is answered when it was read back.
 *
 * <p>
 * The topic keeps a day; an instance remembers at most {@value #MAX_KEYS} keys, the
 * youngest. Started by the first claim.
 */
final class KafkaIdempotencyWindow implements IdempotencyWindow, AutoCloseable {

	static final String TOPIC = "doab.idempotency";

	private static final Logger logger = LoggerFactory.getLogger(KafkaIdempotencyWindow.class);

	private static final int MAX_KEYS = 500_000;

	private static final Duration POLL = Duration.ofSeconds(1);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final long UNKNOWN = -1;

	private static final Duration KEPT = Duration.ofDays(1);

	private final KafkaClients clients;

	private final KafkaTopics topics;

	private final Producer<byte[], byte[]> producer;

	/** Guarded by this object, as is what waits. */
	private final Map<String, Claim> claims = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Claim> eldest) {
			return size() > MAX_KEYS;
		}

	};

	private final Map<String, CompletableFuture<String>> waiting = new HashMap<>();

	private volatile boolean started;

	private final CountDownLatch closing = new CountDownLatch(1);

	KafkaIdempotencyWindow(KafkaClients clients, KafkaTopics topics, Producer<byte[], byte[]> producer) {
		this.clients = clients;
		this.topics = topics;
		this.producer = producer;
	}

	@Override
	public CompletableFuture<String> claim(String key, String fingerprint, Duration window) {
		try {
			start();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(KafkaFailures.translate("claim an idempotency key", ex));
		}
		CompletableFuture<String> answer = new CompletableFuture<>();
		String id = UUID.randomUUID().toString();
		synchronized (this) {
			Claim present = this.claims.get(key);
			if (present != null && present.until() > System.currentTimeMillis()) {
				return CompletableFuture.completedFuture(present.fingerprint());
			}
			this.waiting.put(id, answer);
		}
		byte[] value = KafkaRecords
			.bytes(id + " " + (System.currentTimeMillis() + window.toMillis()) + " " + fingerprint);
		try {
			var _ = this.producer.send(new ProducerRecord<>(TOPIC, 0, KafkaRecords.bytes(key), value),
					(stored, failure) -> {
						if (failure != null) {
							forget(id);
							answer.completeExceptionally(KafkaFailures.translate("claim an idempotency key", failure));
						}
					});
		}
		catch (KafkaException ex) {
			forget(id);
			return CompletableFuture.failedFuture(KafkaFailures.translate("claim an idempotency key", ex));
		}
		return answer.orTimeout(2 * this.clients.settings().requestTimeout().toSeconds(), TimeUnit.SECONDS)
			.whenComplete((holder, failure) -> forget(id));
	}

	@Override
	public void close() {
		this.closing.countDown();
	}

	private synchronized void forget(String id) {
		this.waiting.remove(id);
	}

	private void start() {
		if (this.started) {
			return;
		}
		this.topics.ensure(
				List.of(new NewTopic(TOPIC, Optional.of(1), this.topics.replicas()).configs(this.topics.kept(KEPT))));
		synchronized (this) {
			if (!this.started) {
				this.started = true;
				Thread.ofPlatform().name("doab-idempotency").daemon(true).start(this::read);
			}
		}
	}

	private void read() {
		TopicPartition partition = new TopicPartition(TOPIC, 0);
		long next = UNKNOWN;
		while (!isClosed()) {
			try (Consumer<byte[], byte[]> consumer = this.clients.reader()) {
				consumer.assign(List.of(partition));
				next = (next != UNKNOWN) ? next : first(consumer, partition);
				consumer.seek(partition, next);
				while (!isClosed()) {
					for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
						take(record);
						next = record.offset() + 1;
					}
				}
			}
			catch (RuntimeException ex) {
				logger.warn("The idempotency topic could not be read; it is tried again", ex);
				pause();
			}
		}
	}

	/**
	 * The first record that may still be remembered. The end is read first, for what
	 * comes later is to be read.
	 */
	private static long first(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		long end = Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
		OffsetAndTimestamp young = consumer
			.offsetsForTimes(Map.of(partition, System.currentTimeMillis() - KEPT.toMillis()))
			.get(partition);
		return (young != null) ? young.offset() : end;
	}

	private boolean isClosed() {
		return this.closing.getCount() == 0;
	}

	private void pause() {
		try {
			var _ = this.closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.closing.countDown();
		}
	}

	private void take(ConsumerRecord<byte[], byte[]> record) {
		try {
			apply(record);
		}
		catch (RuntimeException ex) {
			logger.warn("The record at offset {} of {} is no claim and is passed over", record.offset(), TOPIC, ex);
		}
	}

	private void apply(ConsumerRecord<byte[], byte[]> record) {
		String key = new String(record.key(), StandardCharsets.UTF_8);
		String[] words = new String(record.value(), StandardCharsets.UTF_8).split(" ", 3);
		CompletableFuture<String> answer;
		Claim holder;
		synchronized (this) {
			holder = this.claims.get(key);
			if (holder == null || holder.until() <= record.timestamp()) {
				holder = new Claim(words[2], Long.parseLong(words[1]));
				this.claims.remove(key);
				this.claims.put(key, holder);
			}
			answer = this.waiting.remove(words[0]);
		}
		if (answer != null) {
			answer.complete(holder.fingerprint());
		}
	}

	private record Claim(String fingerprint, long until) {

	}

}
