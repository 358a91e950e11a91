package io.doab.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.local.RetailFile.Invoice;

/**
 * Sends orders and web requests at a modest rate, made of real ones, so that a newcomer
 * sees events flow. One order in eight is paid with a card that the sandbox declines; the
 * inventory request comes before, with or after the payment.
 */
final class DemoTraffic implements AutoCloseable {

	private static final Duration ORDER_PERIOD = Duration.ofMillis(500);

	private static final Duration WEB_PERIOD = Duration.ofMillis(200);

	private static final long STOCK = 10_000_000;

	private static final List<String> DECLINED_CARDS = List.of("4000000000009995", "4100000000000019",
			"4242424242424241");

	private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z",
			Locale.ENGLISH);

	private final LocalPlatform platform;

	private final ShopClient client;

	private final List<Invoice> orders = RetailFile.slice().stream().filter((invoice) -> !invoice.isReturn()).toList();

	private final List<String> lines = logLines();

	private final String run = LocalSettings.random().substring(0, 6);

	private final AtomicLong orderCount = new AtomicLong();

	private final AtomicLong lineCount = new AtomicLong();

	private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2,
			Thread.ofVirtual().name("demo-", 0).factory());

	DemoTraffic(LocalPlatform platform) {
		this.platform = platform;
		this.client = new ShopClient(platform.http(), platform.apiToken());
	}

	void start() {
		this.timer.execute(() -> {
			quietly(() -> this.client.post(url(ServiceName.INVENTORY, "/stock"), "application/x-ndjson",
					ShopRequests.stock(this.orders, STOCK), null));
			var _ = this.timer.scheduleAtFixedRate(() -> quietly(this::order), 0, ORDER_PERIOD.toMillis(),
					TimeUnit.MILLISECONDS);
		});
		var _ = this.timer.scheduleAtFixedRate(() -> quietly(this::webRequest), 0, WEB_PERIOD.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	private void order() throws IOException, InterruptedException {
		long number = this.orderCount.getAndIncrement();
		Invoice invoice = this.orders.get((int) (number % this.orders.size()));
		String orderId = "demo-" + this.run + "-" + number;
		String card = (number % 8 == 7) ? DECLINED_CARDS.get(ThreadLocalRandom.current().nextInt(DECLINED_CARDS.size()))
				: ShopRequests.goodCard(orderId);
		Task pay = () -> this.client.post(url(ServiceName.PAYMENT, "/payments"), "application/json",
				ShopRequests.payment(invoice, orderId, card), orderId);
		Task reserve = () -> this.client.post(url(ServiceName.INVENTORY, "/inventory"), "application/json",
				ShopRequests.inventory(invoice, orderId), orderId);
		boolean inventoryFirst = ThreadLocalRandom.current().nextBoolean();
		(inventoryFirst ? reserve : pay).run();
		(inventoryFirst ? pay : reserve).run();
	}

	private void webRequest() throws IOException, InterruptedException {
		String line = this.lines.get((int) (this.lineCount.getAndIncrement() % this.lines.size()));
		String now = OffsetDateTime.now(ZoneOffset.UTC).format(LOG_TIME);
		this.client.post(url(ServiceName.WEB_EVENTS, "/web-events"), "text/plain",
				line.replaceFirst("\\[[^]]*]", "[" + now + "]"), null);
	}

	private URI url(ServiceName service, String path) {
		return URI.create(this.platform.service(service).url() + path);
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

	private static void quietly(Task task) {
		try {
			task.run();
		}
		catch (IOException ex) {
			// A service is away for the moment: the status line says so.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<String> logLines() {
		try (InputStream in = DemoTraffic.class.getResourceAsStream("/data/access-500.log")) {
			if (in == null) {
				throw new IllegalStateException("data/access-500.log is missing from the jar");
			}
			return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Something that talks to a service. */
	@FunctionalInterface
	private interface Task {

		void run() throws IOException, InterruptedException;

	}

}
