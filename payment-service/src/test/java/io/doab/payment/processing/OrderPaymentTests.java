package io.doab.payment.processing;

import io.doab.payment.money.Money;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What was charged and what was given back of it.
 */
class OrderPaymentTests {

	private final OrderPayment paid = OrderPayment
		.charged(new PaymentInstruction("1", PaymentType.CHARGE, new Money("10.00", "GBP"), null, null), "auth");

	@Test
	void partsAreGivenBackUntilNothingIsLeft() {
		OrderPayment some = this.paid.refund(new Money("4.00", "GBP"));
		assertThat(some.remaining()).isEqualTo(new Money("6.00", "GBP"));
		assertThat(some.isRefunded()).isFalse();
		OrderPayment all = some.refund(new Money("6.00", "GBP"));
		assertThat(all.isRefunded()).isTrue();
	}

	@Test
	void moreThanIsLeftIsNeverGivenBack() {
		OrderPayment some = this.paid.refund(new Money("4.00", "GBP"));
		assertThatIllegalArgumentException().isThrownBy(() -> some.refund(new Money("6.01", "GBP")));
	}

	@Test
	void anOrderThatCostsNothingIsNotRefunded() {
		OrderPayment free = OrderPayment
			.charged(new PaymentInstruction("1", PaymentType.CHARGE, Money.zero("GBP"), null, null), "auth");
		assertThat(free.isRefunded()).isFalse();
	}

}
