package io.doab.destinations.webhook;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What webhooks are without settings, or with wrong ones.
 */
class WebhookConfigurationTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withUserConfiguration(WebhookDestination.class);

	@Test
	void withoutAKeyTheyAreOffAndSayWhatIsMissing() {
		this.application.withUserConfiguration(WebhookConfiguration.class, SubscriptionController.class)
			.withPropertyValues("destinations.webhooks.key=")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(SubscriptionController.class);
				assertThat(context.getBean(WebhookDestination.class).missing()).hasValueSatisfying(
						(missing) -> assertThat(missing).contains("destinations.webhooks.key", "DOAB_WEBHOOK_KEY"));
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			key=short                       | destinations.webhooks.key must have 16 characters or more
			allowed-networks=10.0.0.0/40    | destinations.webhooks.allowed-networks: '10.0.0.0/40' is no network
			withheld=card                   | destinations.webhooks.withheld 'card' must be a JSON pointer
			call.timeout=0s                 | destinations.webhooks.call.timeout must be longer than zero
			retry.delays=5s,0s              | destinations.webhooks.retry.delays must be longer than zero
			pause.after-failures=0          | afterFailures
			allowed-ports=70000             | allowedPorts
			""")
	void aWrongValueStopsTheStartAndIsNamed(String setting, String message) {
		this.application.withUserConfiguration(Properties.class)
			.withPropertyValues("destinations.webhooks." + setting)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(message));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(WebhookProperties.class)
	static class Properties {

	}

}
