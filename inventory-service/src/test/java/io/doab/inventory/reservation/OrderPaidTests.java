package io.doab.inventory.reservation;

import java.math.BigDecimal;

import io.doab.inventory.reservation.OrderPaid.Answer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an order's payments say to its reservations and returns.
 */
class OrderPaidTests {

	private static final BigDecimal TEN = BigDecimal.TEN;

	@Test
	void withoutAWordOfThePaymentNothingIsKnown() {
		assertThat(OrderPaid.NOTHING.forReservation()).isEqualTo(Answer.UNKNOWN);
		assertThat(OrderPaid.NOTHING.forReturn()).isEqualTo(Answer.UNKNOWN);
	}

	@Test
	void anAuthorizedPaymentAllowsBoth() {
		assertThat(OrderPaid.NOTHING.authorized(TEN, "charge").forReservation()).isEqualTo(Answer.YES);
		assertThat(OrderPaid.NOTHING.authorized(TEN, "charge").forReturn()).isEqualTo(Answer.YES);
	}

	@Test
	void aDeclinedPaymentAllowsNeither() {
		assertThat(OrderPaid.NOTHING.decline().forReservation()).isEqualTo(Answer.NO);
		assertThat(OrderPaid.NOTHING.decline().forReturn()).isEqualTo(Answer.NO);
	}

	@Test
	void aSecondTryMayBeAuthorized() {
		assertThat(OrderPaid.NOTHING.decline().authorized(TEN, "charge").forReservation()).isEqualTo(Answer.YES);
	}

	@Test
	void aDeclineAfterAnAuthorizationIsOfAnotherCharge() {
		assertThat(OrderPaid.NOTHING.authorized(TEN, "charge").decline().forReservation()).isEqualTo(Answer.YES);
	}

	@Test
	void whatWasGivenBackInFullIsNotReservedForButMayComeBack() {
		OrderPaid half = OrderPaid.NOTHING.authorized(TEN, "charge").refund(new BigDecimal("5.00"));
		assertThat(half.forReservation()).isEqualTo(Answer.YES);
		OrderPaid all = half.refund(new BigDecimal("5.00"));
		assertThat(all.forReservation()).isEqualTo(Answer.NO);
		assertThat(all.forReturn()).isEqualTo(Answer.YES);
	}

	@Test
	void anOrderThatCostsNothingIsPaid() {
		assertThat(OrderPaid.NOTHING.authorized(BigDecimal.ZERO, null).refund(BigDecimal.ZERO).forReservation())
			.isEqualTo(Answer.YES);
	}

	@Test
	void aRefundWithoutAChargeHereAllowsAReturn() {
		assertThat(OrderPaid.NOTHING.refund(TEN).forReturn()).isEqualTo(Answer.YES);
		assertThat(OrderPaid.NOTHING.refund(TEN).forReservation()).isEqualTo(Answer.UNKNOWN);
	}

}
