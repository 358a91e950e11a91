package io.doab.payment.web;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import io.doab.payment.card.CardFixture;
import io.doab.payment.processing.PaymentInstruction;
import io.doab.stream.Event;
import io.doab.stream.rest.IngestionRoute;

import jakarta.validation.Validation;
import jakarta.validation.Validator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the door writes on a payment, and whom it lets in.
 */
class PaymentDoorTests {

	private static final Validator VALIDATOR = Validation.buildDefaultValidatorFactory().getValidator();

	private static final Clock NOON = Clock.fixed(Instant.parse("2026-06-15T12:00:00.123456Z"), ZoneOffset.UTC);

	private final IngestionRoute<PaymentRequest> door = new PaymentDoor().payments(CardFixture.tokenizer(), NOON);

	@Test
	void theTimeAtTheDoorIsWrittenOnItAndTheNumberIsNot() {
		Event<?> event = this.door.mapper().apply(request("anna"));
		assertThat(event.headers()).containsEntry(PaymentInstruction.RECEIVED_HEADER, "2026-06-15T12:00:00.123Z");
		assertThat(event.toString()).doesNotContain("4242424242424242");
	}

	@ParameterizedTest
	@CsvSource({ "anna, 0", "\uD83D\uDE00, 0", "an\uD83Dna, 1", "an\u0007na, 1" })
	void aCustomerWhoCannotBeAKeyIsNotLetIn(String customer, int problems) {
		assertThat(VALIDATOR.validate(request(customer))).hasSize(problems);
	}

	private static PaymentRequest request(String customer) {
		return new PaymentRequest("order", null, new PaymentRequest.Amount("10.00", "GBP"),
				new PaymentRequest.Customer(customer, null, null),
				new PaymentRequest.Card("4242424242424242", "2030-12", null));
	}

}
