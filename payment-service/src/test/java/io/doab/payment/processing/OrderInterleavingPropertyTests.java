package io.doab.payment.processing;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.fraud.FraudFixture;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever comes for an order, in whatever order, and however often a process ends
 * meanwhile: the gateway gives back no more than it took, its books are what was told,
 * and each request is answered once.
 */
class OrderInterleavingPropertyTests {

	/** What can happen. */
	enum Happening {

		CHARGE, CHARGE_WITHOUT_MONEY, REFUND_ALL, REFUND_SOME, REJECTED, REPEAT, HOLD, RELEASE, LOSE_COMMIT, RESTART,
		GATEWAY_AWAY, GATEWAY_BACK, SOME_TIME

	}

	@Property(tries = 100)
	void noMoneyIsLostOrGivenTwiceAndEveryRequestIsAnsweredOnce(
			@ForAll("happenings") @Size(min = 1, max = 40) List<Happening> happenings) {
		LedgerGateway gateway = new LedgerGateway();
		try (PaymentFlow flow = new PaymentFlow(gateway, FraudFixture.properties("card-velocity.max-charges=3"))) {
			List<Event<PaymentInstruction>> sent = new ArrayList<>();
			happenings.forEach((happening) -> happen(happening, flow, gateway, sent));
			gateway.away = false;
			flow.release();
			flow.advance(Duration.ofMinutes(1));

			List<Event<PaymentResult>> results = flow.newResults();
			assertThat(gateway.overdrawn()).isEmpty();
			assertThat(total(results, "payment.authorized")).isEqualByComparingTo(gateway.charged());
			assertThat(total(results.stream().filter((event) -> event.data().authorizationId() != null).toList(),
					"payment.refunded"))
				.isEqualByComparingTo(gateway.refunded());
			assertThat(results).extracting(Event::id).doesNotHaveDuplicates();
			Set<String> asked = new HashSet<>(sent.stream().map(Event::id).toList());
			assertThat(results.stream().filter((event) -> isAnswer(event.data())).count()).isEqualTo(asked.size());
			assertThat(flow.orders.state(PaymentProcessor.QUEUE, "order", OrderQueue.class)).isEmpty();
			assertThat(flow.orders.deadLetters(PaymentFlow.PAYMENTS)).isEmpty();
		}
	}

	private static void happen(Happening happening, PaymentFlow flow, LedgerGateway gateway,
			List<Event<PaymentInstruction>> sent) {
		switch (happening) {
			case CHARGE -> send(PaymentFlow.charging("order", "10.00"), flow, sent);
			case CHARGE_WITHOUT_MONEY -> send(PaymentFlow.charging("order", "10.00",
					PaymentFlow.card(SandboxOutcome.INSUFFICIENT_FUNDS, "2030-12"), null), flow, sent);
			case REFUND_ALL -> send(PaymentFlow.refunding("order", "10.00", "GBP"), flow, sent);
			case REFUND_SOME -> send(PaymentFlow.refunding("order", "4.00", "GBP"), flow, sent);
			case REJECTED -> flow.rejected("order", "out_of_stock");
			case REPEAT -> {
				if (!sent.isEmpty()) {
					flow.publish(PaymentFlow.PAYMENTS, sent.getFirst());
				}
			}
			case HOLD -> flow.hold();
			case RELEASE -> flow.release();
			case LOSE_COMMIT -> flow.orders.loseNextCommit();
			case RESTART -> flow.orders.restart();
			case GATEWAY_AWAY -> gateway.away = true;
			case GATEWAY_BACK -> gateway.away = false;
			case SOME_TIME -> flow.advance(Duration.ofSeconds(30));
		}
	}

	private static void send(Event<PaymentInstruction> event, PaymentFlow flow, List<Event<PaymentInstruction>> sent) {
		Event<PaymentInstruction> repeatable = event.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		sent.add(repeatable);
		flow.publish(PaymentFlow.PAYMENTS, repeatable);
	}

	/** Not what nobody asked for. */
	private static boolean isAnswer(PaymentResult result) {
		return !"out_of_stock".equals(result.reason());
	}

	private static BigDecimal total(List<Event<PaymentResult>> results, String type) {
		return results.stream()
			.filter((event) -> event.type().equals(type))
			.map((event) -> event.data().amount().amount())
			.reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	@Provide
	Arbitrary<List<Happening>> happenings() {
		return Arbitraries.of(Happening.class).list();
	}

}
