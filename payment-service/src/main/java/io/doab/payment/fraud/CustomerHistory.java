package io.doab.payment.fraud;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.doab.payment.money.Money;

import org.jspecify.annotations.Nullable;

/**
 * What a customer has paid, and from where: the latest of it.
 *
 * @param amounts the latest last
 * @param countries each once, the one seen last at the end
 */
record CustomerHistory(List<Money> amounts, List<String> countries) {

	static final CustomerHistory NONE = new CustomerHistory(List.of(), List.of());

	static final int MAX_AMOUNTS = 20;

	private static final int MAX_COUNTRIES = 10;

	/** With a charge that was authorised. */
	CustomerHistory with(Money paid, @Nullable String country) {
		List<String> from = new ArrayList<>(this.countries);
		if (country != null) {
			from.remove(plain(country));
			from.add(plain(country));
		}
		List<Money> all = new ArrayList<>(this.amounts);
		all.add(paid);
		return new CustomerHistory(latest(all, MAX_AMOUNTS), latest(from, MAX_COUNTRIES));
	}

	/** Whether an amount is far above all that the customer has paid lately. */
	boolean isDwarfedBy(Money amount, FraudProperties.Amount rule) {
		List<BigDecimal> same = this.amounts.stream()
			.filter((paid) -> paid.currency().equals(amount.currency()))
			.map(Money::amount)
			.filter((paid) -> paid.signum() > 0)
			.toList();
		return same.size() >= rule.minimumHistory() && amount.amount()
			.compareTo(same.stream().reduce(BigDecimal.ZERO, BigDecimal::max).multiply(rule.factor())) > 0;
	}

	/** Whether the customer has paid often enough, and never from there. */
	boolean isForeign(@Nullable String country, FraudProperties.Country rule) {
		return country != null && this.amounts.size() >= rule.minimumHistory() && !this.countries.isEmpty()
				&& !this.countries.contains(plain(country));
	}

	private static String plain(String country) {
		return country.strip().toLowerCase(Locale.ROOT);
	}

	private static <T> List<T> latest(List<T> all, int count) {
		return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
	}

}
