package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import org.jspecify.annotations.Nullable;

/**
 * Gives out the present session and makes a new one when it has ended. Attempts are
 * spaced out, with jitter; in between, callers are told at once that there is no
 * connection.
 */
final class RedisLink implements AutoCloseable {

	/** Counts, as a rule. Never changed. */
	private static final byte[][] SMALL_NUMBERS = IntStream.range(0, 256)
		.mapToObj((number) -> bytes(Integer.toString(number)))
		.toArray(byte[][]::new);

	private static final Pattern RUN_ID = Pattern.compile("^run_id:(\\w+)", Pattern.MULTILINE);

	private static final Pattern REPLICATION_ID = Pattern.compile("^master_replid:(\\w+)", Pattern.MULTILINE);

	private static final Pattern ROLE = Pattern.compile("^role:(\\w+)", Pattern.MULTILINE);

	private static final Pattern MAJOR_VERSION = Pattern.compile("^redis_version:(\\d+)", Pattern.MULTILINE);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

	private final RedisClient client;

	private final RedisSettings settings;

	private final Runnable whenMoved;

	private final ReentrantLock connecting = new ReentrantLock();

	private volatile @Nullable RedisSession session;

	private volatile boolean closed;

	private final AtomicInteger failures = new AtomicInteger();

	/** The attempt that goes on behind {@link #sessionWithin}. */
	private final AtomicReference<@Nullable CompletableFuture<RedisSession>> attempt = new AtomicReference<>();

	private long nextAttemptNanos = System.nanoTime();

	/** What ended the last attempt, for those who come before the next. */
	private volatile String lastFailure = "";

	/**
	 * Creates a link. Does not connect yet.
	 * @param whenMoved told when the server says that something is another server's
	 */
	RedisLink(RedisClient client, RedisSettings settings, Runnable whenMoved) {
		this.client = client;
		this.settings = settings;
		this.whenMoved = whenMoved;
	}

	/**
	 * The present session, made now if need be.
	 * @throws RetriableException when there is no connection
	 */
	RedisSession session() {
		RedisSession current = this.session;
		return (current != null && current.isOpen()) ? current : connect();
	}

	/**
	 * The present session, or one that is made within a time: the attempt goes on after
	 * that, and nobody else waits for it.
	 * @throws RetriableException when there is no connection yet
	 */
	RedisSession sessionWithin(Duration patience) {
		RedisSession current = current();
		if (current != null) {
			return current;
		}
		CompletableFuture<RedisSession> begun = new CompletableFuture<>();
		if (!this.attempt.compareAndSet(null, begun)) {
			throw new RetriableException("Not connected to Redis; a connection is being made", null);
		}
		Thread.ofVirtual().name("doab-redis-connect").start(() -> {
			try {
				begun.complete(connect());
			}
			catch (RuntimeException ex) {
				begun.completeExceptionally(ex);
			}
			finally {
				this.attempt.set(null);
			}
		});
		try {
			return begun.get(patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new RetriableException("Not connected to Redis within " + patience, ex);
		}
		catch (ExecutionException ex) {
			throw RedisFailures.translate("connect", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted while a connection to Redis was made", ex);
		}
	}

	/** The present session, if it is alive. */
	@Nullable RedisSession current() {
		RedisSession current = this.session;
		return (current != null && current.isOpen()) ? current : null;
	}

	@Override
	public void close() {
		this.closed = true;
		RedisSession current = this.session;
		if (current != null) {
			current.close();
		}
	}

	private RedisSession connect() {
		if (!lockUnlessDown()) {
			throw new RetriableException("Not connected to Redis; a connection is being made" + this.lastFailure, null);
		}
		try {
			RedisSession current = this.session;
			if (current != null && current.isOpen()) {
				return current;
			}
			if (this.closed || System.nanoTime() < this.nextAttemptNanos) {
				throw new RetriableException(
						"Not connected to Redis; the next attempt follows shortly" + this.lastFailure, null);
			}
			if (current != null) {
				current.close();
			}
			RedisSession fresh = openNotingFailure();
			this.session = fresh;
			if (this.closed) {
				fresh.close();
				throw new RetriableException("The connection to Redis was closed", null);
			}
			this.failures.set(0);
			this.lastFailure = "";
			return fresh;
		}
		catch (RuntimeException ex) {
			throw failed(ex);
		}
		finally {
			this.connecting.unlock();
		}
	}

	/**
	 * Waits for a connection that another thread is making, but not for one that has
	 * failed before.
	 */
	private boolean lockUnlessDown() {
		try {
			return this.connecting.tryLock() || (this.failures.get() == 0
					&& this.connecting.tryLock(this.settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private RuntimeException failed(RuntimeException cause) {
		if (System.nanoTime() >= this.nextAttemptNanos) {
			long pause = Math.min(TimeUnit.MILLISECONDS.toNanos(50) << Math.min(this.failures.getAndIncrement(), 10),
					LONGEST_PAUSE.toNanos());
			this.nextAttemptNanos = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
		}
		return (cause instanceof StreamException) ? cause
				: new RetriableException("No connection to Redis: " + RedisFailures.reason(cause), cause);
	}

	private RedisSession openNotingFailure() {
		try {
			return open();
		}
		catch (RuntimeException ex) {
			this.lastFailure = ": " + RedisFailures.reason(ex);
			throw ex;
		}
	}

	private RedisSession open() {
		StatefulRedisConnection<String, byte[]> connection = this.client.connect(TextKeyCodec.INSTANCE);
		try {
			String info = connection.sync().info("server") + connection.sync().info("replication");
			if (!find(ROLE, info).equals("master")) {
				throw new RetriableException("Connected to a replica of Redis: waiting for a master", null);
			}
			return new RedisSession(this.client, connection, runId(info), this.settings.commandTimeout(),
					this.whenMoved);
		}
		catch (RuntimeException ex) {
			var _ = connection.closeAsync();
			throw ex;
		}
	}

	/**
	 * What tells one history of a server from another: its run, and its data's line. A
	 * server that follows another takes its data and keeps its run; when it leads again
	 * the line is another.
	 * @param info what the server says of itself and of its replication
	 */
	static String runId(String info) {
		return find(RUN_ID, info) + "/" + find(REPLICATION_ID, info);
	}

	/** Of the server, by what it says of itself; 0 when it does not say. */
	static int majorVersion(String info) {
		String version = find(MAJOR_VERSION, info);
		return version.isEmpty() ? 0 : Integer.parseInt(version);
	}

	private static String find(Pattern pattern, String info) {
		Matcher matcher = pattern.matcher(info);
		return matcher.find() ? matcher.group(1) : "";
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] bytes(long number) {
		return (number >= 0 && number < SMALL_NUMBERS.length) ? SMALL_NUMBERS[(int) number]
				: bytes(Long.toString(number));
	}

}
