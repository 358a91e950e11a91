package io.doab.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ShopRequests;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One destination is slow, one is down, one is wrong every third time, while orders come
 * in: the others have no lag from it, and afterwards everything arrives.
 */
final class DestinationFaults {

	private static final int ORDERS_PER_SECOND = 5;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final List<String> WELL = List.of("destination-database", "destination-dashboard");

	private static final List<String> STREAMS = List.of("payments.processed", "inventory.processed");

	private final Shop shop;

	private final Streams streams;

	private final Database database;

	private final Peers peers;

	private final String name;

	DestinationFaults(Shop shop, Streams streams, Database database, Peers peers, String name) {
		this.shop = shop;
		this.streams = streams;
		this.database = database;
		this.peers = peers;
		this.name = name;
	}

	/**
	 * Runs it.
	 * @return what was seen, in a line
	 */
	String run(Duration time) {
		List<Invoice> goods = RetailFile.slice().stream().filter((invoice) -> !invoice.isReturn()).limit(20).toList();
		this.shop.stock(ShopRequests.stock(goods, 100_000_000));
		Map<String, Long> most = new TreeMap<>();
		AtomicInteger sent = new AtomicInteger();
		try {
			this.peers.behave(Peers.CRM, "{\"delay\":\"2s\"}");
			this.peers.behave(Peers.MAIL, "{\"down\":true}");
			this.peers.behave(Peers.WEBHOOKS, "{\"status\":500,\"everyNth\":3}");
			CompletableFuture<Void> load = CompletableFuture.runAsync(() -> send(goods, sent, time));
			while (!load.isDone()) {
				WELL.forEach((group) -> most.merge(group, lag(group), Math::max));
				LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
			}
			load.join();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(WELL).as("destinations that are well, while the others are not")
					.allSatisfy((group) -> assertThat(lag(group)).as(group).isZero()));
			assertThat(lag("destination-mail")).as("mail waits for its server").isPositive();
		}
		finally {
			List.of(Peers.CRM, Peers.MAIL, Peers.WEBHOOKS).forEach(this.peers::recover);
		}
		long recovered = System.nanoTime();
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(Deliveries.problems(this.streams, this.database, this.peers)).isEmpty());
		return String.format(Locale.ROOT,
				"%d s with a CRM that takes 2 s, no mail server and every third webhook answered with 500: %d orders;"
						+ " at most %s not done; all of %d events everywhere, once and in order, %.0f s after",
				time.toSeconds(), sent.get(), most, Deliveries.events(this.streams),
				(System.nanoTime() - recovered) / 1e9);
	}

	private void send(List<Invoice> goods, AtomicInteger sent, Duration time) {
		long begin = System.nanoTime();
		long interval = Duration.ofSeconds(1).toNanos() / ORDERS_PER_SECOND;
		for (int i = 0; System.nanoTime() - begin < time.toNanos(); i++) {
			Invoice order = goods.get(i % goods.size());
			String orderId = this.name + "-" + i;
			this.shop.reserve(order, orderId);
			this.shop.pay(new Invoice(order.id(), "customer-" + orderId, order.country(), order.lines()), orderId,
					ShopRequests.goodCard(orderId));
			sent.incrementAndGet();
			LockSupport.parkNanos(begin + (i + 1) * interval - System.nanoTime());
		}
	}

	private long lag(String group) {
		return STREAMS.stream().mapToLong((stream) -> this.streams.lag(group, stream)).sum();
	}

}
