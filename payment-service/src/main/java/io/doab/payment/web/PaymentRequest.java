package io.doab.payment.web;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.doab.payment.processing.PaymentType;

import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /payments}.
 *
 * @param type charge when absent
 * @param customer may be absent: a guest
 * @param card needed for a charge
 */
record PaymentRequest(
		@NotBlank @Size(max = 64) @Pattern(regexp = "\\P{Cc}*",
				message = "must have no control characters") String orderId,
		@Nullable PaymentType type, @NotNull @Valid Amount amount, @Valid @Nullable Customer customer,
		@Valid @Nullable Card card) {

	/** An amount as it is sent: strings, for a number may lose digits. */
	record Amount(@NotNull @Pattern(regexp = "\\d{1,12}(\\.\\d{1,6})?",
			message = "must be a decimal number such as 139.12, not negative, of at most 12 digits before the point") String value,
			@NotNull @Pattern(regexp = "[A-Z]{3}",
					message = "must be a currency code of three letters such as GBP") String currency) {
	}

	/** Who pays. */
	record Customer(
			@NotBlank @Size(max = 64) @Pattern(regexp = "[^\\p{Cc}\\p{Cs}]*",
					message = "must have no control characters, and no half of a surrogate pair") String id,
			@Nullable @Email @Size(max = 254) String email, @Nullable @Size(max = 64) String country) {
	}

	/** What is paid with. The number goes no further than the door. */
	record Card(@NotNull @Pattern(regexp = "\\d{12,19}", message = "must be 12 to 19 digits") String number,
			@NotNull @Pattern(regexp = "\\d{4}-(0[1-9]|1[0-2])",
					message = "must be a year and a month such as 2030-12") String expiry,
			@Nullable @Size(max = 128) String holder) {

		@Override
		public String toString() {
			return "Card[***]";
		}

	}

	PaymentType typeOrDefault() {
		return (this.type != null) ? this.type : PaymentType.CHARGE;
	}

}
