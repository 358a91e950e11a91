package io.doab.conformance.kafka;

import java.util.HashMap;
import java.util.Map;

import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Connects as an application does that is configured by {@code spring.kafka.*}.
 */
public final class ConfiguredKafka {

	private ConfiguredKafka() {
	}

	/** A backend for these properties. The caller closes it. */
	@SuppressWarnings("resource") // no client comes from the context, only configurations
	public static StreamBackend connect(Map<String, String> properties, KafkaSettings settings) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("application", new HashMap<>(properties)));
		context.register(Autoconfigured.class);
		context.refresh();
		ConsumerFactory<?, ?> consumers = context.getBean(ConsumerFactory.class);
		ProducerFactory<?, ?> producers = context.getBean(ProducerFactory.class);
		return KafkaStreamBackend.create(consumers.getConfigurationProperties(), producers.getConfigurationProperties(),
				context.getBean(KafkaAdmin.class).getConfigurationProperties(), settings);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, KafkaAutoConfiguration.class })
	static class Autoconfigured {

	}

}
