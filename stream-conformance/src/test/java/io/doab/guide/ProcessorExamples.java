package io.doab.guide;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.doab.conformance.BackendCases;
import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.GroupDescription;
import io.doab.stream.Ordering;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamAdmin;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Groups, and what is promised of the events that they process.
 */
interface ProcessorExamples extends GuideApplication {

	@Test
	default void inOrderAndInParallel() {
		List<Order> done = new CopyOnWriteArrayList<>();
		Consumer<Order> mails = done::add;
		// guide: In order and in parallel
		ProcessorDefinition mailer = ProcessorDefinition.named("order-mails")
			.on("order-changes", Order.class, (event, context) -> mails.accept(event.data()))
			.ordering(Ordering.KEY)
			.concurrency(64)
			.build();
		// end
		List<Order> all = List.of(new Order("order1234", "payment received"),
				new Order("order2222", "payment received"), new Order("order1234", "product shipped"),
				new Order("order1234", "product delivered"), new Order("order2222", "product shipped"));
		all.forEach((order) -> app().publisher()
			.publish("order-changes", Event.of("order.changed", order.id(), order))
			.join());
		app().start(mailer);
		BackendCases.eventually().untilAsserted(() -> assertThat(done).hasSize(all.size()));
		for (String id : List.of("order1234", "order2222")) {
			assertThat(done).filteredOn((order) -> order.id().equals(id))
				.containsExactlyElementsOf(all.stream().filter((order) -> order.id().equals(id)).toList());
		}
	}

	@Test
	default void consumerGroups() {
		StreamAdmin admin = app().admin();
		List<Email> sent = new CopyOnWriteArrayList<>();
		Consumer<Email> mails = sent::add;
		// guide: Consumer groups
		ProcessorDefinition mailer = ProcessorDefinition.named("mailer")
			.on("mails", Email.class, (event, context) -> mails.accept(event.data()))
			.build();
		// end
		assertHandled(mailer, sent);
		BackendCases.eventually().untilAsserted(() -> {
			GroupDescription group = admin.groups().describe("mailer");
			assertThat(group.members()).hasSize(1);
			assertThat(group.lag().events()).isZero();
		});
	}

	@Test
	default void severalGroupsAndReadersOnOneStream() {
		List<Order> mailed = new CopyOnWriteArrayList<>();
		List<Order> paid = new CopyOnWriteArrayList<>();
		Consumer<Order> mails = mailed::add;
		Consumer<Order> payments = paid::add;
		// guide: Several groups and readers on one stream
		ProcessorDefinition email = ProcessorDefinition.named("email-application")
			.on("shop", Order.class, (event, context) -> mails.accept(event.data()))
			.build();
		ProcessorDefinition payment = ProcessorDefinition.named("payment-application")
			.on("shop", Order.class, (event, context) -> payments.accept(event.data()))
			.build();
		// end
		app().start(email, payment);
		Order order = new Order("order1234", "payment received");
		app().publisher().publish("shop", Event.of("order.changed", order.id(), order)).join();
		BackendCases.eventually().untilAsserted(() -> assertThat(mailed).containsExactly(order));
		BackendCases.eventually().untilAsserted(() -> assertThat(paid).containsExactly(order));
	}

	@Test
	default void oneGroupOnSeveralStreams() {
		List<Object> seen = new CopyOnWriteArrayList<>();
		Consumer<Object> tiles = seen::add;
		// guide: One group on several streams
		ProcessorDefinition dashboard = ProcessorDefinition.named("dashboard")
			.on("dashboard-email", Email.class, (event, context) -> tiles.accept(event.data()))
			.on("dashboard-orders", Order.class, (event, context) -> tiles.accept(event.data()))
			.build();
		// end
		app().start(dashboard);
		Email email = new Email("your order");
		Order order = new Order("order1234", "payment received");
		app().publisher().publish("dashboard-email", Event.of("email.due", order.id(), email)).join();
		app().publisher().publish("dashboard-orders", Event.of("order.changed", order.id(), order)).join();
		BackendCases.eventually().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(email, order));
	}

	@Test
	default void atMostOnce() {
		List<Email> seen = new CopyOnWriteArrayList<>();
		Consumer<Email> push = seen::add;
		// guide: At most once
		ProcessorDefinition pushes = ProcessorDefinition.named("push-messages")
			.on("pushes", Email.class, (event, context) -> push.accept(event.data()))
			.delivery(Delivery.AT_MOST_ONCE)
			.build();
		// end
		assertHandled(pushes, seen);
		assertThat(pushes.settings().delivery()).isEqualTo(Delivery.AT_MOST_ONCE);
	}

	@Test
	default void atLeastOnce() {
		List<Email> seen = new CopyOnWriteArrayList<>();
		Consumer<Email> index = seen::add;
		// guide: At least once
		ProcessorDefinition indexer = ProcessorDefinition.named("search-index")
			.on("indexed", Email.class, (event, context) -> index.accept(event.data())) // the
																						// same
																						// twice
																						// is
																						// the
																						// same
			.delivery(Delivery.AT_LEAST_ONCE)
			.build();
		// end
		assertHandled(indexer, seen);
		assertThat(indexer.settings().delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
	}

	@Test
	default void onceFromStreamToStream() {
		// guide: Once, from stream to stream
		ProcessorDefinition billing = ProcessorDefinition.named("billing")
			.on("sales", Order.class, (event, context) -> {
				int count = context.state("orders", Integer.class).get().orElse(0) + 1;
				context.state("orders", Integer.class).put(count);
				context.emit("bills", "bill.written", new Bill(event.data().id(), count));
			})
			.state("orders", Integer.class)
			.output("bills")
			.delivery(Delivery.ATOMIC) // the default
			.build();
		// end
		app().publisher().publish("sales", Event.of("order.changed", "anna", new Order("order1", "paid"))).join();
		app().publisher().publish("sales", Event.of("order.changed", "anna", new Order("order2", "paid"))).join();
		app().start(billing);
		int partition = Partitioner.partition("anna", 3);
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(fixture().read("bills", partition))
				.extracting((record) -> new String(record.event().data(), StandardCharsets.UTF_8))
				.containsExactly("{\"orderId\":\"order1\",\"number\":1}", "{\"orderId\":\"order2\",\"number\":2}"));
	}

	/** That a processor of one input gets what is published to it. */
	private void assertHandled(ProcessorDefinition processor, List<Email> seen) {
		Email email = new Email("to " + processor.name());
		app().start(processor);
		app().publisher()
			.publish(processor.inputs().keySet().iterator().next(), Event.of("email.due", "anna", email))
			.join();
		BackendCases.eventually().untilAsserted(() -> assertThat(seen).containsExactly(email));
	}

}
