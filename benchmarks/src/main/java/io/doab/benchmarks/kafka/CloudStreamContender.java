package io.doab.benchmarks.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.cloud.function.cloudevent.CloudEventsFunctionExtensionConfiguration;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.cloud.stream.binder.kafka.config.ExtendedBindingHandlerMappingsProviderConfiguration;
import org.springframework.cloud.stream.binder.kafka.config.MessageConverterHelperConfiguration;
import org.springframework.cloud.stream.config.BindingServiceConfiguration;
import org.springframework.cloud.stream.function.FunctionConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Spring Cloud Stream's binder for Kafka as its reference shows: a function of batches,
 * bytes as they are, the binder's transactions, a consumer per partition.
 */
public final class CloudStreamContender implements Contender {

	private static final Set<String> OWN = Set.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
			ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
			ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, ProducerConfig.TRANSACTIONAL_ID_CONFIG);

	private static final String BINDER = "spring.cloud.stream.kafka.binder.";

	private static final String IN = "spring.cloud.stream.bindings.transform-in-0.";

	private static final String OUT = "spring.cloud.stream.bindings.transform-out-0.";

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties(properties(task))
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(Probe.class, () -> probe))
			.run();
		return application;
	}

	private static Map<String, Object> properties(Task task) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("spring.config.name", "cloud-stream");
		properties.put("spring.main.banner-mode", "off");
		properties.put("spring.cloud.function.definition", "transform");
		properties.put(IN + "destination", task.input());
		properties.put(IN + "group", task.group());
		properties.put(IN + "consumer.batch-mode", true);
		properties.put(IN + "consumer.use-native-decoding", true);
		properties.put(IN + "consumer.concurrency", task.partitions());
		properties.put(OUT + "destination", task.output());
		properties.put(OUT + "producer.use-native-encoding", true);
		properties.put(BINDER + "brokers", task.address());
		properties.put(BINDER + "auto-create-topics", false);
		properties.put(BINDER + "transaction.transaction-id-prefix", task.group() + "-");
		addAll(properties, BINDER + "consumer-properties.", Clients.member(task));
		addAll(properties, BINDER + "transaction.producer.configuration.", Clients.transactional(task));
		return properties;
	}

	/** All but those that the binder has settings of its own for. */
	private static void addAll(Map<String, Object> properties, String prefix, Map<String, Object> settings) {
		settings.forEach((name, value) -> {
			if (!OWN.contains(name)) {
				properties.put(prefix + name, (value instanceof Class<?> type) ? type.getName() : value);
			}
		});
	}

	/** A binder, and the function that it binds. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, IntegrationAutoConfiguration.class,
			ContextFunctionCatalogAutoConfiguration.class, CloudEventsFunctionExtensionConfiguration.class,
			BindingServiceConfiguration.class, FunctionConfiguration.class,
			ExtendedBindingHandlerMappingsProviderConfiguration.class, MessageConverterHelperConfiguration.class })
	static class Application {

		@Bean
		Function<Message<List<byte[]>>, List<Message<byte[]>>> transform(Probe probe) {
			return (batch) -> {
				try {
					return transformed(batch, probe);
				}
				catch (RuntimeException ex) {
					probe.failed(ex);
					throw ex;
				}
			};
		}

		@SuppressWarnings("unchecked") // as the reference has it
		private static List<Message<byte[]>> transformed(Message<List<byte[]>> batch, Probe probe) {
			List<byte[]> keys = (List<byte[]>) Objects
				.requireNonNull(batch.getHeaders().get(KafkaHeaders.RECEIVED_KEY));
			List<Map<String, Object>> headers = (List<Map<String, Object>>) Objects
				.requireNonNull(batch.getHeaders().get(KafkaHeaders.BATCH_CONVERTED_HEADERS));
			List<Message<byte[]>> outputs = new ArrayList<>(keys.size());
			for (int i = 0; i < keys.size(); i++) {
				byte[] id = (byte[]) Objects.requireNonNull(headers.get(i).get("ce_" + CloudEvent.ID));
				MessageBuilder<byte[]> output = MessageBuilder.withPayload(probe.transform(batch.getPayload().get(i)))
					.setHeader(KafkaHeaders.KEY, keys.get(i));
				CloudEvent.attributes(CloudEvent.follow(new String(id, StandardCharsets.UTF_8)), CloudEvent.ACCEPTED)
					.forEach((name, value) -> output.setHeader("ce_" + name, value.getBytes(StandardCharsets.UTF_8)));
				outputs.add(output.build());
			}
			return outputs;
		}

	}

}
