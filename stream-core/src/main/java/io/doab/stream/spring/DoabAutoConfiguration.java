package io.doab.stream.spring;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorControl;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamReader;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.IdempotencyWindow;
import io.doab.stream.spi.StreamBackend;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Makes an {@link EventPublisher} and a {@link StreamReader}, and runs every
 * {@link ProcessorDefinition} and {@link BroadcastDefinition} bean and every
 * {@link StreamProcessor} method, over the backend that {@code doab.backend} names.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
		"org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@EnableConfigurationProperties(DoabProperties.class)
@Import({ RedisBackendConfiguration.class, KafkaBackendConfiguration.class, ObservationConfiguration.class })
public class DoabAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PayloadCodec payloadCodec() {
		return new JsonPayloadCodec();
	}

	@Bean
	@ConditionalOnMissingBean
	EngineTime engineTime(ObjectProvider<Clock> clock) {
		return EngineTime.system(clock.getIfAvailable(Clock::systemUTC));
	}

	@Bean
	StreamCatalog streamCatalog(StreamBackend backend, DoabProperties properties,
			ObjectProvider<StreamDefinition> definitions) {
		DoabProperties.StreamDefaults defaults = properties.streamDefaults();
		StreamDefinition template = new StreamDefinition("default", defaults.partitions(), defaults.retention(),
				defaults.replicas());
		List<StreamDefinition> all = new ArrayList<>();
		definitions.stream()
			.filter((definition) -> !properties.streams().containsKey(definition.name()))
			.forEach(all::add);
		properties.streams()
			.forEach((name,
					stream) -> all.add(override(name, stream,
							definitions.stream()
								.filter((definition) -> definition.name().equals(name))
								.findFirst()
								.orElse(template))));
		return new StreamCatalog(backend, all, template);
	}

	private static StreamDefinition override(String name, DoabProperties.Stream stream, StreamDefinition base) {
		return new StreamDefinition(name, (stream.partitions() != null) ? stream.partitions() : base.partitions(),
				(stream.retention() != null) ? stream.retention() : base.retention(),
				(stream.replicas() != null) ? stream.replicas() : base.replicas());
	}

	@Bean
	StreamEngine streamEngine(StreamBackend backend, StreamCatalog catalog, PayloadCodec payloadCodec, EngineTime time,
			ObjectProvider<Function<String, ProcessorMetrics>> metrics) {
		return new StreamEngine(backend, catalog, payloadCodec, time,
				metrics.getIfAvailable(() -> (processor) -> ProcessorMetrics.none()));
	}

	@Bean
	@ConditionalOnMissingBean
	EventPublisher eventPublisher(StreamEngine engine) {
		return engine.publisher();
	}

	@Bean
	@ConditionalOnMissingBean
	StreamReader streamReader(StreamEngine engine) {
		return engine.reader();
	}

	@Bean
	BroadcastLifecycle broadcastLifecycle(StreamEngine engine, ObjectProvider<BroadcastDefinition> definitions) {
		return new BroadcastLifecycle(engine.broadcasts(), definitions.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetterQueue deadLetterQueue(StreamEngine engine, DoabProperties properties) {
		return engine.deadLetters(properties.maxRedrives());
	}

	@Bean
	@ConditionalOnMissingBean
	StreamAdmin streamAdmin(StreamEngine engine) {
		return engine.admin();
	}

	@Bean
	@ConditionalOnMissingBean
	ProcessorControl processorControl(StreamEngine engine) {
		return engine.control();
	}

	@Bean
	IdempotencyWindow idempotencyWindow(StreamBackend backend) {
		return backend.idempotencyWindow();
	}

	@Bean
	static ProcessorMethods processorMethods() {
		return new ProcessorMethods();
	}

	@Bean
	ProcessorLifecycle processorLifecycle(StreamEngine engine, ObjectProvider<ProcessorDefinition> definitions,
			ObjectProvider<List<ProcessorDefinition>> lists, ProcessorMethods methods, DoabProperties properties) {
		List<ProcessorDefinition> all = new ArrayList<>(definitions.orderedStream().toList());
		lists.orderedStream().forEach(all::addAll);
		return new ProcessorLifecycle(engine, all, methods, Map.copyOf(properties.processors()));
	}

}
