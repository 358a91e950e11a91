package io.doab.payment.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.payment.card.CardBrand;
import io.doab.payment.card.CardToken;
import io.doab.payment.card.SandboxOutcome;
import io.doab.payment.gateway.GatewayServer.Fault;
import io.doab.payment.gateway.PaymentGateway.Answer;
import io.doab.payment.money.Money;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The gateway behind HTTP, against a real server: what each answer means, and what
 * happens when there is none.
 */
class HttpGatewayTests {

	private static final CardToken CARD = new CardToken(CardBrand.VISA, "4242", true, SandboxOutcome.APPROVED,
			"identity");

	private static final Money TEN = new Money("10.00", "GBP");

	private final GatewayServer server = GatewayServer.start();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withUserConfiguration(Gateways.class)
		.withPropertyValues("payment.gateway.type=http", "payment.gateway.url=" + this.server.url(),
				"payment.gateway.token=secret-token", "payment.gateway.retry-delay=1ms");

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void anApprovedChargeHasTheIdOfTheGatewayAndIsAskedForAsTheProtocolSays() {
		this.application.run((context) -> {
			PaymentGateway gateway = context.getBean(PaymentGateway.class);
			assertThat(gateway.authorize(CARD, TEN, "key-1")).isEqualTo(new Answer.Done("gw-0"));
			assertThat(gateway.refund("gw-0", TEN, "key-2")).isEqualTo(new Answer.Done("gw-1"));
			GatewayServer.Request charge = this.server.requests().getFirst();
			assertThat(charge.path()).isEqualTo("/authorizations");
			assertThat(charge.key()).isEqualTo("key-1");
			assertThat(charge.authorization()).isEqualTo("Bearer secret-token");
			assertThat(charge.body().toString()).isEqualTo("{\"card\":{\"token\":\"" + CARD.text()
					+ "\",\"brand\":\"visa\",\"last4\":\"4242\"},\"amount\":{\"value\":\"10.00\",\"currency\":\"GBP\"}}");
			GatewayServer.Request refund = this.server.requests().getLast();
			assertThat(refund.path()).isEqualTo("/refunds");
			assertThat(refund.body().toString())
				.isEqualTo("{\"authorizationId\":\"gw-0\",\"amount\":{\"value\":\"10.00\",\"currency\":\"GBP\"}}");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			402 | {"reason":"insufficient_funds"} | insufficient_funds
			402 | {"reason":"Do not tell <b>4242424242424242</b>"} | gateway_declined
			402 | not json | gateway_declined
			402 | '' | gateway_declined
			400 | {"reason":"x"} | gateway_refused
			413 | {} | gateway_refused
			422 | {} | gateway_refused
			""")
	void whatIsDeclinedOrRefusedIsFinal(int status, String body, String reason) {
		this.application.run((context) -> {
			this.server.next(new Fault.Status(status, body));
			assertThat(context.getBean(PaymentGateway.class).authorize(CARD, TEN, "key"))
				.isEqualTo(new Answer.Declined(reason));
			assertThat(this.server.requests()).hasSize(1);
		});
	}

	@ParameterizedTest
	@CsvSource({ "408, 2", "425, 2", "500, 2", "502, 2", "504, 2", "401, 1", "403, 1", "404, 1", "405, 1", "409, 1",
			"429, 1", "503, 1", "302, 1", "204, 1" })
	void whatSaysNothingOfThePaymentIsAskedAgainLaterAndAtOnceOnlyIfThatMayHelp(int status, int asked) {
		this.application.run((context) -> {
			this.server.next(new Fault.Status(status, ""), new Fault.Status(status, ""));
			assertThatExceptionOfType(GatewayUnavailableException.class)
				.isThrownBy(() -> context.getBean(PaymentGateway.class).authorize(CARD, TEN, "key"))
				.withMessageContaining(status + " at /authorizations");
			assertThat(this.server.requests()).hasSize(asked);
		});
	}

	@Test
	void aYesWithoutAnIdIsAskedForAgainLater() {
		this.application.run((context) -> {
			for (String body : List.of("{}", "<html>", "{\"id\":\"\"}", "{\"id\":\"" + "x".repeat(257) + "\"}")) {
				this.server.next(new Fault.Status(200, body));
				assertThatExceptionOfType(GatewayUnavailableException.class)
					.isThrownBy(() -> context.getBean(PaymentGateway.class).authorize(CARD, TEN, "key"));
			}
		});
	}

	@Test
	void anAnswerThatIsLostIsAskedForAgainUnderTheSameKeyAndChargesOnce() {
		this.application.withPropertyValues("payment.gateway.read-timeout=4s").run((context) -> {
			for (Fault fault : List.of(new Fault.LosesAnswer(), new Fault.NeverAnswers())) {
				this.server.next(fault);
				Answer answer = context.getBean(PaymentGateway.class).authorize(CARD, TEN, fault.toString());
				assertThat(answer).isInstanceOf(Answer.Done.class);
			}
			assertThat(this.server.requests()).hasSize(4);
			assertThat(this.server.count("/authorizations")).isEqualTo(2);
		});
	}

	@Test
	void aGatewayThatFailsMostOfTheTimeIsLeftAloneThatShowsInHealthAndPassesByItself() {
		this.application
			.withPropertyValues("payment.gateway.circuit-breaker.minimum-calls=4",
					"payment.gateway.circuit-breaker.calls=4", "payment.gateway.circuit-breaker.open-for=2s",
					"payment.gateway.attempts=1")
			.run((context) -> {
				PaymentGateway gateway = context.getBean(PaymentGateway.class);
				GatewayHealthIndicator health = context.getBean(GatewayHealthIndicator.class);
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
				Fault broken = new Fault.Status(500, "");
				this.server.next(broken, broken, broken, broken);
				IntStream.range(0, 5)
					.forEach((i) -> assertThatExceptionOfType(GatewayUnavailableException.class)
						.isThrownBy(() -> gateway.authorize(CARD, TEN, "key-" + i)));
				assertThat(this.server.requests()).as("the fifth was not sent").hasSize(4);
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.health().getDetails()).containsKeys("circuit", "failureRate");
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.ignoreExceptionsInstanceOf(GatewayUnavailableException.class)
					.untilAsserted(() -> {
						assertThat(gateway.authorize(CARD, TEN, "key-5")).isInstanceOf(Answer.Done.class);
						assertThat(health.health().getStatus()).isEqualTo(Status.UP);
					});
			});
	}

	@Test
	void aDeclinedPaymentIsNoFailureOfTheGateway() {
		this.application
			.withPropertyValues("payment.gateway.circuit-breaker.minimum-calls=2",
					"payment.gateway.circuit-breaker.calls=2")
			.run((context) -> {
				Money tooMuch = new Money(GatewayServer.TOO_MUCH, "GBP");
				for (int i = 0; i < 5; i++) {
					assertThat(context.getBean(PaymentGateway.class).authorize(CARD, tooMuch, "key-" + i))
						.isEqualTo(new Answer.Declined("insufficient_funds"));
				}
			});
	}

	@Test
	void aThreadThatIsInterruptedSaysNothingAboutTheGateway() {
		this.application
			.withPropertyValues("payment.gateway.circuit-breaker.minimum-calls=1",
					"payment.gateway.circuit-breaker.calls=1")
			.run((context) -> {
				Thread.currentThread().interrupt();
				assertThatExceptionOfType(GatewayUnavailableException.class)
					.isThrownBy(() -> context.getBean(PaymentGateway.class).authorize(CARD, TEN, "key"));
				assertThat(Thread.interrupted()).isTrue();
				assertThat(context.getBean(GatewayHealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void theSandboxNeedsNoSettings() {
		new ApplicationContextRunner().withUserConfiguration(Gateways.class)
			.run((context) -> assertThat(context.getBean(PaymentGateway.class)).isInstanceOf(SandboxGateway.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "gateway.example.com", "ftp://gateway.example.com", "http:///v1" })
	void anAddressThatIsNoneStopsTheStartAndNamesTheProperty(String url) {
		new ApplicationContextRunner().withUserConfiguration(Gateways.class)
			.withPropertyValues("payment.gateway.type=http", "payment.gateway.url=" + url)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("payment.gateway.url"));
	}

	@Test
	void theTokenIsInNoText() {
		this.application
			.run((context) -> assertThat(Map.of("properties", context.getBean(GatewayProperties.class)).toString())
				.doesNotContain("secret-token"));
	}

	@TestConfiguration(proxyBeanMethods = false)
	@EnableConfigurationProperties(GatewayProperties.class)
	@Import(GatewayConfiguration.class)
	static class Gateways {

	}

}
