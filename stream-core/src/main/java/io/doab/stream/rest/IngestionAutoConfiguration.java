package io.doab.stream.rest;

import java.util.List;

import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.spi.IdempotencyWindow;
import io.doab.stream.spring.DoabAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Serves the {@link IngestionRoute} beans of an application, and asks all its requests
 * for the token.
 */
@AutoConfiguration(after = DoabAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(IngestionRoute.class)
@EnableConfigurationProperties(IngestionProperties.class)
public class IngestionAutoConfiguration {

	@Bean
	JsonBodies jsonBodies() {
		return new JsonBodies();
	}

	@Bean
	LineIntake lineIntake(IngestionProperties properties) {
		return new LineIntake(Math.toIntExact(properties.maxEventSize().toBytes()), properties.maxLinesInFlight(),
				properties.storeTimeout());
	}

	@Bean
	ProblemAdvice problemAdvice() {
		return new ProblemAdvice();
	}

	@Bean
	FilterRegistrationBean<TokenFilter> tokenFilter(IngestionProperties properties) {
		FilterRegistrationBean<TokenFilter> registration = new FilterRegistrationBean<>(
				new TokenFilter(properties.token()));
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
		return registration;
	}

	@Bean
	IngestionMappings ingestionMappings(RequestMappingHandlerMapping requestMappingHandlerMapping,
			List<IngestionRoute<?>> routes, EventPublisher publisher, IdempotencyWindow idempotency,
			IngestionProperties properties, JsonBodies bodies, PayloadCodec payloads) {
		Fingerprints fingerprints = new Fingerprints(payloads);
		return new IngestionMappings(requestMappingHandlerMapping, routes,
				(route) -> new IngestionEndpoint<>(route, publisher, idempotency, properties, bodies, fingerprints));
	}

}
