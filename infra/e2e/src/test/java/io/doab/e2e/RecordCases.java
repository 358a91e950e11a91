package io.doab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.doab.contract.EventContract;
import io.doab.local.ShopRequests;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What all of it left behind: these cases come last.
 */
interface RecordCases extends PlatformCases {

	/** Those that are used here. */
	Set<String> CARDS = Set.of(ShopRequests.GOOD_CARD, INSUFFICIENT, FRAUD, BAD_LUHN, "5555555555554444",
			"378282246310005");

	/** The cards of {@link ShopRequests#goodCard}. */
	Pattern ORDERS_CARD = Pattern.compile("424242\\d{6}4242");

	@Test
	@Order(21)
	default void everyDestinationHasWhatTheRoutingTableSaysOnce() {
		awaitNoLag();
		assertDelivered();
		PlatformCases.say(String.format("%s: %d results of orders, each once in database, CRM, mail box and webhooks",
				backend().label(), Deliveries.events(streams())));
	}

	@Test
	@Order(99)
	default void everyEventIsAsTheContractSays() {
		EventContract contract = EventContract.load();
		AtomicInteger looked = new AtomicInteger();
		contract.types().keySet().forEach((stream) -> streams().read(stream).forEach((event) -> {
			looked.incrementAndGet();
			assertThat(contract.problems(stream, event.type(), event.data())).as(event.toString()).isEmpty();
		}));
		assertThat(looked.get()).isGreaterThan(1_000);
	}

	@Test
	@Order(100)
	default void noCardNumberIsAnywhere() throws IOException {
		for (String card : CARDS) {
			shop().pay(PlatformCases.orders(1).getFirst(), "card-" + card.substring(card.length() - 4), card);
		}
		awaitNoLag();
		AtomicInteger looked = new AtomicInteger();
		streams().scan((bytes) -> {
			looked.incrementAndGet();
			assertHoldsNoCard("the backend", new String(bytes, StandardCharsets.ISO_8859_1));
		});
		results().scan((row) -> assertHoldsNoCard("database destinations", row));
		inventory().scan((row) -> assertHoldsNoCard("database inventory", row));
		try (Stream<Path> logs = Files.walk(platform().folder().resolve("logs"))) {
			logs.filter(Files::isRegularFile).forEach((log) -> assertHoldsNoCard(log.toString(), text(log)));
		}
		assertThat(looked.get()).isGreaterThan(1_000);
		PlatformCases
			.say(String.format("%s: looked for %d card numbers in %,d keys, fields and records, in all tables and logs",
					backend().label(), CARDS.size(), looked.get()));
	}

	private static void assertHoldsNoCard(String where, String text) {
		assertThat(ORDERS_CARD.matcher(text).find()).as("the card number of an order is in %s", where).isFalse();
		for (String card : CARDS) {
			if (text.contains(card)) {
				throw new AssertionError("A card number (" + card.substring(0, 4) + "…) is in " + where);
			}
		}
	}

	private static String text(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
