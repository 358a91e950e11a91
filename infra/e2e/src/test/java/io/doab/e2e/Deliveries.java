package io.doab.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.e2e.Streams.StoredEvent;
import io.doab.stream.EventIds;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds what every destination has to what the routing table says of the events in the
 * streams: all of them, each once, and those of an order in their order where the
 * destination keeps it.
 */
final class Deliveries {

	private static final String PAYMENTS = "payments.processed";

	private static final String INVENTORY = "inventory.processed";

	private static final int MAX_NAMED = 5;

	private static final Set<String> NO_MAIL_OF_DECLINED = Set.of("already_paid", "refund_exceeds_charge",
			"currency_mismatch");

	private static final Set<String> NO_MAIL_OF_REJECTED = Set.of("payment_declined", "payment_timeout");

	private final JsonMapper json = new JsonMapper();

	private final Streams streams;

	private final Database database;

	private final Peers peers;

	private final List<StoredEvent> payments;

	private final List<StoredEvent> inventory;

	private final List<String> problems = new ArrayList<>();

	private Deliveries(Streams streams, Database database, Peers peers) {
		this.streams = streams;
		this.database = database;
		this.peers = peers;
		this.payments = streams.read(PAYMENTS);
		this.inventory = streams.read(INVENTORY);
	}

	/** What is not as it should be, in words. */
	static List<String> problems(Streams streams, Database database, Peers peers) {
		Deliveries deliveries = new Deliveries(streams, database, peers);
		deliveries.compareDatabase();
		deliveries.compareCrm();
		deliveries.compareMails();
		deliveries.compareWebhooks();
		return deliveries.problems;
	}

	/** How many events there are for the destinations of orders. */
	static int events(Streams streams) {
		return streams.read(PAYMENTS).size() + streams.read(INVENTORY).size();
	}

	private Stream<StoredEvent> ofOrders() {
		return Stream.concat(this.payments.stream(), this.inventory.stream());
	}

	private void compareDatabase() {
		compare("table payments", ids(this.payments.stream()), rows("payments"));
		compare("table inventory", ids(this.inventory.stream()), rows("inventory"));
		compare("table web_events", ids(this.streams.read("web-events.processed").stream()), rows("web_events"));
	}

	private List<String> rows(String table) {
		return this.database.query("SELECT event_id FROM " + table)
			.stream()
			.map((row) -> String.valueOf(row.get("event_id")))
			.toList();
	}

	private void compareCrm() {
		List<String> got = this.peers.crmEvents()
			.stream()
			.map((entry) -> entry.path("idempotencyKey").asString())
			.toList();
		compare("the CRM", ids(ofOrders()), got);
		Map<String, Integer> place = places(got);
		compareOrder("the CRM", (event) -> place.getOrDefault(event.id(), -1));
	}

	private void compareMails() {
		Map<String, String> addresses = new HashMap<>();
		this.payments.forEach((event) -> {
			String email = data(event).path("customer").path("email").asString("");
			if (!email.isEmpty()) {
				addresses.put(event.key(), email);
			}
		});
		Map<String, String> ofEvents = new LinkedHashMap<>();
		ofOrders().filter((event) -> addresses.containsKey(event.key()) && isTold(event))
			.forEach((event) -> ofEvents.put(EventIds.derive("mail", event.id()), event.id()));
		List<String> got = this.peers.mails()
			.stream()
			.map((mail) -> mail.path("messageId").asString().replaceFirst("^<([^@]+)@.*", "$1"))
			.toList();
		// Of one whose process was killed between sending and noting it nobody knows.
		Set<String> doubtful = Stream.of(PAYMENTS, INVENTORY)
			.flatMap((stream) -> this.streams.read(stream + ".dead-letter").stream())
			.map(StoredEvent::id)
			.collect(Collectors.toSet());
		List<String> expected = ofEvents.keySet()
			.stream()
			.filter((id) -> got.contains(id) || !doubtful.contains(String.valueOf(ofEvents.get(id))))
			.toList();
		compare("the mail box", expected, got);
	}

	private boolean isTold(StoredEvent event) {
		String reason = data(event).path("reason").asString("");
		return switch (event.type()) {
			case "payment.authorized", "payment.refunded" -> true;
			case "payment.declined" -> !NO_MAIL_OF_DECLINED.contains(reason);
			case "inventory.rejected" ->
				!NO_MAIL_OF_REJECTED.contains(reason) && data(event).path("request").asString("").equals("reserve");
			default -> false;
		};
	}

	private void compareWebhooks() {
		Map<String, String> got = new LinkedHashMap<>();
		for (JsonNode call : this.peers.webhooks()) {
			if (!call.path("signature").asString().equals("valid")) {
				this.problems.add("webhooks: a signature is " + call.path("signature").asString());
			}
			got.putIfAbsent(call.path("headers").path("webhook-id").asString(),
					call.path("body").path("type").asString() + " "
							+ call.path("body").path("data").path("orderId").asString());
		}
		List<String> expected = ofOrders().map((event) -> event.type() + " " + data(event).path("orderId").asString())
			.toList();
		compareCounts("webhooks", counts(expected), counts(got.values()));
		compareSequences(got.values());
	}

	/** Those of an order and stream come in the order of the stream. */
	private void compareSequences(Iterable<String> got) {
		Map<String, List<String>> arrived = new HashMap<>();
		got.forEach((each) -> arrived.computeIfAbsent(group(each), (key) -> new ArrayList<>()).add(each));
		Map<String, List<String>> stored = new HashMap<>();
		ofOrders().forEach((event) -> {
			String each = event.type() + " " + data(event).path("orderId").asString();
			stored.computeIfAbsent(group(each), (key) -> new ArrayList<>()).add(each);
		});
		stored.forEach((order, sequence) -> {
			if (!sequence.equals(arrived.getOrDefault(order, sequence))) {
				this.problems.add("webhooks: " + sequence + " arrived as " + arrived.get(order));
			}
		});
	}

	private static String group(String typeAndOrder) {
		return typeAndOrder.replaceFirst("\\.[^ ]*", "");
	}

	private void compareOrder(String where, Function<StoredEvent, Integer> place) {
		for (List<StoredEvent> stream : List.of(this.payments, this.inventory)) {
			Map<String, Integer> last = new HashMap<>();
			for (StoredEvent event : stream) {
				int at = place.apply(event);
				if (at >= 0 && last.merge(event.key(), at, Math::max) > at) {
					this.problems.add(where + " got " + event.id() + " of order " + event.key() + " too early");
				}
			}
		}
	}

	private void compare(String where, List<String> expected, List<String> got) {
		compareCounts(where, counts(expected), counts(got));
	}

	private void compareCounts(String where, Map<String, Long> expected, Map<String, Long> got) {
		Set<String> all = new HashSet<>(expected.keySet());
		all.addAll(got.keySet());
		List<String> wrong = all.stream()
			.filter((each) -> !expected.getOrDefault(each, 0L).equals(got.getOrDefault(each, 0L)))
			.map((each) -> each + " " + got.getOrDefault(each, 0L) + " times instead of "
					+ expected.getOrDefault(each, 0L))
			.toList();
		if (!wrong.isEmpty()) {
			this.problems.add(where + ": " + wrong.size() + " wrong of " + all.size() + ", such as "
					+ wrong.subList(0, Math.min(MAX_NAMED, wrong.size())));
		}
	}

	private static Map<String, Long> counts(Iterable<String> values) {
		Map<String, Long> counts = new HashMap<>();
		values.forEach((value) -> counts.merge(value, 1L, Long::sum));
		return counts;
	}

	private static Map<String, Integer> places(List<String> values) {
		Map<String, Integer> places = new HashMap<>();
		values.forEach((value) -> places.putIfAbsent(value, places.size()));
		return places;
	}

	private static List<String> ids(Stream<StoredEvent> events) {
		return events.map(StoredEvent::id).toList();
	}

	private JsonNode data(StoredEvent event) {
		return this.json.readTree(event.data());
	}

}
