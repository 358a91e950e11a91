package io.doab.payment.gateway;

import java.net.http.HttpClient;
import java.util.Objects;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * The gateway that {@code payment.gateway.type} names.
 */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

	/** No money is moved. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "payment.gateway.type", havingValue = "sandbox", matchIfMissing = true)
	static class Sandbox {

		@Bean
		PaymentGateway paymentGateway() {
			return new SandboxGateway();
		}

	}

	/** A gateway behind HTTP. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "payment.gateway.type", havingValue = "http")
	static class Http {

		@Bean
		ResilientGateway paymentGateway(GatewayProperties properties,
				ObjectProvider<ObservationRegistry> observations) {
			return new ResilientGateway(new HttpGateway(client(properties, observations)), properties);
		}

		@Bean
		GatewayHealthIndicator paymentGatewayHealthIndicator(ResilientGateway gateway) {
			return new GatewayHealthIndicator(gateway.circuit());
		}

		/** Redirects are not followed: a payment goes where the settings say. */
		static RestClient client(GatewayProperties properties, ObjectProvider<ObservationRegistry> observations) {
			JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_1_1)
				.followRedirects(HttpClient.Redirect.NEVER)
				.connectTimeout(properties.connectTimeout())
				.build());
			requests.setReadTimeout(properties.readTimeout());
			RestClient.Builder client = RestClient.builder()
				.baseUrl(Objects.requireNonNull(properties.url()).toString())
				.requestFactory(requests)
				.observationRegistry(observations.getIfAvailable(() -> ObservationRegistry.NOOP));
			if (properties.token() != null && !properties.token().isBlank()) {
				client.defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + properties.token());
			}
			return client.build();
		}

	}

}
