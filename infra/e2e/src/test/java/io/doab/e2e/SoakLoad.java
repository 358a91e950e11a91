package io.doab.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.e2e.SoakOrder.Step;
import io.doab.local.LocalPlatform;
import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceInstance;
import io.doab.local.ServiceName;
import io.doab.local.ShopClient;

/**
 * Orders at a steady rate, whatever becomes of the instances: the requests of an order
 * one after the other with pauses between them, so that many orders are under way at any
 * time. A request that is not answered with 202 is sent again, to another instance, under
 * the same idempotency key, until it is.
 */
final class SoakLoad {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

	private static final int LONGEST_PAUSE_MILLIS = 2_000;

	private static final Pattern PARTITION = Pattern.compile("\"position\":\"(\\d+):");

	private final List<Invoice> invoices = RetailFile.slice().stream().filter(SoakOrder::fits).toList();

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

	private final ExecutorService orders = Executors.newVirtualThreadPerTaskExecutor();

	private final AtomicInteger started = new AtomicInteger();

	private final AtomicLong repeated = new AtomicLong();

	private final Queue<String> problems = new ConcurrentLinkedQueue<>();

	private final ShopClient client;

	private final SoakTargets targets;

	private final SoakLedger ledger;

	private final long seed;

	private volatile boolean stopping;

	SoakLoad(LocalPlatform platform, SoakLedger ledger, long seed) {
		HttpClient http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(1))
			.build();
		this.client = new ShopClient(http, platform.apiToken(), TIMEOUT);
		this.targets = new SoakTargets(platform.services(ServiceName.PAYMENT));
		this.ledger = ledger;
		this.seed = seed;
	}

	void start(int eventsPerSecond) {
		SoakOrder any = order(0);
		long period = TimeUnit.SECONDS.toNanos(any.steps().size()) / eventsPerSecond;
		var _ = this.clock.scheduleAtFixedRate(() -> this.orders.execute(this::order), 0, period, TimeUnit.NANOSECONDS);
	}

	/**
	 * Begins no more requests, and waits until those that were begun are accepted: one
	 * that was not answered may have been stored.
	 */
	void finish(Duration limit) throws InterruptedException {
		this.stopping = true;
		this.clock.shutdownNow();
		this.orders.shutdown();
		if (!this.orders.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
			this.orders.shutdownNow();
			this.problems.add("Requests were not accepted within " + limit);
		}
	}

	long repeated() {
		return this.repeated.get();
	}

	/** Answers that no request should get. */
	List<String> problems() {
		return List.copyOf(this.problems);
	}

	private SoakOrder order(int number) {
		return SoakOrder.of("soak-" + number, this.invoices.get(number % this.invoices.size()));
	}

	private void order() {
		int number = this.started.getAndIncrement();
		SoakOrder order = order(number);
		Random random = new Random(this.seed + number);
		try {
			for (int i = 0; i < order.steps().size() && !this.stopping; i++) {
				if (!sendUntilAccepted(order, order.steps().get(i), order.id() + "/" + i)) {
					return;
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** False when the answer is one that repeating does not change. */
	private boolean sendUntilAccepted(SoakOrder order, Step step, String key) throws InterruptedException {
		while (true) {
			ServiceInstance instance = this.targets.next();
			try {
				HttpResponse<String> response = this.client.post(URI.create(instance.url() + "/payments"), Shop.JSON,
						step.body(), key);
				if (response.statusCode() == 202) {
					this.ledger.accepted(order.id(), step.result(), partition(response.body()), System.nanoTime());
					return true;
				}
				if (response.statusCode() < 500 && response.statusCode() != 429) {
					this.problems.add(key + " was answered " + response.statusCode() + ": " + response.body());
					return false;
				}
			}
			catch (IOException ex) {
				// Killed, stopped or paused: another one.
			}
			this.targets.failed(instance);
			this.repeated.incrementAndGet();
			LockSupport.parkNanos(RETRY_PAUSE.toNanos());
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
	}

	private static int partition(String answer) {
		Matcher position = PARTITION.matcher(answer);
		if (!position.find()) {
			throw new IllegalStateException("An answer without a position: " + answer);
		}
		return Integer.parseInt(position.group(1));
	}

}
