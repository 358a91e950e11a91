package io.doab.payment.processing;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import io.doab.payment.fraud.FraudProperties;
import io.doab.payment.fraud.FraudVerdict;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.Timer;

import org.springframework.stereotype.Component;

/**
 * Keeps the turns of an order: all that is asked of it happens in stream order, for the
 * order is the key.
 *
 * <p>
 * A charge runs card, fraud, authorisation; the first that objects decides. The fraud
 * rules count over many orders and therefore answer through streams. Until they do, what
 * else comes for the order waits behind its charge in {@link OrderQueue}, the refund that
 * inventory asks for too; a verdict on a charge that is not the one being examined was
 * given before. A charge is given back, once, when inventory says so: of a paid order of
 * which nothing could be reserved, and of one that is charged after its reservation gave
 * up waiting.
 *
 * <p>
 * The queue is state, and what is taken from it is done with the verdict's event: in one
 * commit, or again by whoever comes next.
 */
@Component
class PaymentProcessor {

	/** State: the charge that is being examined, and what waits behind it. */
	static final String QUEUE = "queue";

	/** Timer: the verdict is late. */
	static final String VERDICT_LATE = "verdict-late";

	private static final int MAX_ASKED = 3;

	private final OrderPayments orders;

	private final FraudProperties properties;

	private final Clock clock;

	PaymentProcessor(OrderPayments orders, FraudProperties properties, Clock clock) {
		this.orders = orders;
		this.properties = properties;
		this.clock = clock;
	}

	void pay(Event<PaymentInstruction> event, ProcessingContext context) {
		take(OrderTask.of(event, this.clock), context);
	}

	void inventoryTold(Event<InventoryNews> event, ProcessingContext context) {
		// A rejected return, and what is rejected beside goods that were reserved, leave
		// the charge alone: which it is, inventory alone knows.
		if (event.type().equals(InventoryNews.REJECTED) && Boolean.TRUE.equals(event.data().refund())) {
			take(OrderTask.refund(event, this.clock), context);
		}
	}

	void examined(Event<FraudVerdict> event, ProcessingContext context) {
		Optional<OrderQueue> queue = queue(context).get();
		if (!event.type().equals(FraudVerdict.TYPE) || queue.isEmpty()
				|| !queue.get().examined().eventId().equals(event.data().chargeId())) {
			return;
		}
		this.orders.performExamined(queue.get().examined(), event.data().rule(), context);
		workOff(queue.get().waiting(), context);
	}

	/**
	 * What was sent to the rules, or came from them, may be among the dead letters, or
	 * the rules stood still. To ask once more does no harm: the first verdict counts.
	 */
	void verdictLate(Timer timer, ProcessingContext context) {
		Optional<OrderQueue> queue = queue(context).get();
		if (queue.isEmpty()) {
			return;
		}
		OrderQueue again = queue.get().askedAgain();
		if (again.asked() > MAX_ASKED) {
			this.orders.decline(again.examined(), DeclineReason.NOT_EXAMINED, context);
			workOff(again.waiting(), context);
		}
		else if (this.orders.askRulesAgain(again.examined(), again.asked(), context)) {
			await(again, context);
		}
		else {
			this.orders.performExamined(again.examined(), null, context);
			workOff(again.waiting(), context);
		}
	}

	private void take(OrderTask task, ProcessingContext context) {
		Optional<OrderQueue> queue = queue(context).get();
		if (queue.isEmpty()) {
			workOff(List.of(task), context);
			return;
		}
		queue.get()
			.with(task)
			.ifPresentOrElse((longer) -> queue(context).put(longer),
					() -> this.orders.decline(task, DeclineReason.ORDER_BUSY, context));
	}

	/** Up to the next charge that has to be examined; the rest waits behind that. */
	private void workOff(List<OrderTask> tasks, ProcessingContext context) {
		Deque<OrderTask> rest = new ArrayDeque<>(tasks);
		while (!rest.isEmpty()) {
			OrderTask task = rest.removeFirst();
			if (this.orders.askRules(task, context)) {
				await(OrderQueue.of(task, List.copyOf(rest)), context);
				return;
			}
			this.orders.perform(task, context);
		}
		if (queue(context).get().isPresent()) {
			queue(context).remove();
			context.cancel(VERDICT_LATE);
		}
	}

	private void await(OrderQueue queue, ProcessingContext context) {
		queue(context).put(queue);
		context.schedule(VERDICT_LATE, this.clock.instant().plus(this.properties.verdictTimeout()));
	}

	private static KeyedState<OrderQueue> queue(ProcessingContext context) {
		return context.state(QUEUE, OrderQueue.class);
	}

}
