package io.doab.payment.fraud;

import java.time.Clock;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.test.ProcessorTestDriver;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * The fraud rules for tests, as they are set by default and with other settings.
 */
public final class FraudFixture {

	private FraudFixture() {
	}

	/** The defaults, but for what is given as {@code card-velocity.max-charges=2}. */
	public static FraudProperties properties(String... settings) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource(Arrays.stream(settings)
			.map((setting) -> setting.split("=", 2))
			.collect(Collectors.toMap((setting) -> "payment.fraud." + setting[0], (setting) -> setting[1])));
		return new Binder(source).bindOrCreate("payment.fraud", FraudProperties.class);
	}

	/** No rule at all. */
	public static FraudProperties off() {
		return properties("card-velocity.enabled=false", "customer-velocity.enabled=false", "amount.enabled=false");
	}

	public static FraudRoute route(FraudProperties properties, Clock clock) {
		return new FraudRoute(properties, clock);
	}

	public static ProcessorDefinition byCard(FraudProperties properties, Clock clock) {
		return new FraudProcessing().fraudByCard(new CardRules(properties, route(properties, clock)), properties);
	}

	public static ProcessorDefinition byCustomer(FraudProperties properties, Clock clock) {
		return new FraudProcessing().fraudByCustomer(new CustomerRules(properties, route(properties, clock)),
				properties);
	}

	/** Carries what one processor emitted to the next that reads it. */
	public static void carry(ProcessorTestDriver from, String stream, ProcessorTestDriver to) {
		from.newOutputs(stream, ExaminedCharge.class).forEach((event) -> to.publish(stream, event));
	}

}
