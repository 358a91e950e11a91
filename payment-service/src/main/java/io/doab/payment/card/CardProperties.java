package io.doab.payment.card;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How card numbers are replaced.
 *
 * @param tokenKey key of the hash that identifies a card; the same for all instances, for
 * ever. Set DOAB_CARD_KEY.
 */
@Validated
@ConfigurationProperties("payment.card")
record CardProperties(@NotNull @Size(min = 16,
		message = "must have at least 16 characters: give the environment variable DOAB_CARD_KEY a long random text, "
				+ "the same for all instances and for ever") String tokenKey) {

	@Override
	public String toString() {
		return "CardProperties[tokenKey=***]";
	}

}
