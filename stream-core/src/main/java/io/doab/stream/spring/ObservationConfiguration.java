package io.doab.stream.spring;

import java.util.function.Function;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.ProcessorControl;
import io.doab.stream.StreamAdmin;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.observe.MicrometerProcessorMetrics;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What operators see.
 */
@Configuration(proxyBeanMethods = false)
class ObservationConfiguration {

	@Bean
	GroupLags groupLags(StreamEngine engine, ProcessorLifecycle processors) {
		return new GroupLags(engine, processors);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		HealthIndicator streamBackendHealthIndicator(StreamBackend backend) {
			return new StreamBackendHealthIndicator(backend);
		}

		@Bean
		HealthIndicator processorsHealthIndicator(StreamEngine engine, GroupLags lags) {
			return new ProcessorsHealthIndicator(engine, lags);
		}

		@Bean
		@ConditionalOnBean(BroadcastDefinition.class)
		HealthIndicator broadcastsHealthIndicator(StreamEngine engine) {
			return new BroadcastsHealthIndicator(engine.broadcasts());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint
		StreamsEndpoint streamsEndpoint(StreamBackend backend, StreamCatalog catalog, StreamEngine engine,
				ProcessorLifecycle processors, GroupLags lags, StreamAdmin admin, ProcessorControl control) {
			return new StreamsEndpoint(backend, catalog, engine, processors, lags, admin, control);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		Function<String, ProcessorMetrics> streamProcessorMetrics(MeterRegistry registry) {
			return (processor) -> new MicrometerProcessorMetrics(registry, processor);
		}

		@Bean
		@ConditionalOnBean(MeterRegistry.class)
		ProcessorGauges streamProcessorGauges(StreamEngine engine, MeterRegistry registry, GroupLags lags) {
			return new ProcessorGauges(engine, registry, lags);
		}

	}

}
