package io.doab.destinations.dashboard;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * An order in one line: where it stands now, by the latest step of its payment and of its
 * goods.
 *
 * @param payment {@code authorized}, {@code declined} or {@code refunded}, absent before
 * @param goods {@code reserved}, {@code rejected} or {@code returned}, absent before
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record OrderLine(String orderId, Instant at, @Nullable BigDecimal amount, @Nullable String currency,
		@Nullable String customer, @Nullable String payment, String paymentReason, @Nullable String goods,
		String goodsReason) {

	/**
	 * Makes it of steps.
	 * @param steps of the order, in their order, one or more
	 */
	static OrderLine of(String orderId, List<Step> steps) {
		@Nullable Step payment = last(steps, "payment.");
		@Nullable Step goods = last(steps, "inventory.");
		@Nullable Step priced = steps.stream().filter((step) -> step.amount() != null).findFirst().orElse(null);
		@Nullable String customer = steps.stream().map(Step::customer).filter(Objects::nonNull).findFirst().orElse(null);
		Instant at = steps.stream().map(Step::occurredAt).max(Comparator.naturalOrder()).orElseThrow();
		return new OrderLine(orderId, at, of(priced, Step::amount), of(priced, Step::currency), customer,
				of(payment, Step::outcome), (payment != null) ? payment.reason() : "", of(goods, Step::outcome),
				(goods != null) ? goods.reason() : "");
	}

	private static @Nullable Step last(List<Step> steps, String types) {
		return steps.stream().filter((step) -> step.type().startsWith(types)).reduce((one, next) -> next).orElse(null);
	}

	private static <T> @Nullable T of(@Nullable Step step, Function<Step, @Nullable T> part) {
		return (step != null) ? part.apply(step) : null;
	}

}
