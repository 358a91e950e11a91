package io.doab.payment.processing;

import java.util.Map;

import io.doab.contract.PayloadContract;

import org.junit.jupiter.api.Test;

class PaymentEventsTests {

	@Test
	void eventsAreAsTheirSchemasSay() {
		PayloadContract.requireEvents(Map.of(PaymentType.CHARGE.eventType(), PaymentInstruction.class,
				PaymentType.REFUND.eventType(), PaymentInstruction.class, PaymentResult.AUTHORIZED, PaymentResult.class,
				PaymentResult.DECLINED, PaymentResult.class, PaymentResult.REFUNDED, PaymentResult.class));
	}

}
