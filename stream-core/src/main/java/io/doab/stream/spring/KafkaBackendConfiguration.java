package io.doab.stream.spring;

import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The backend for {@code doab.backend=kafka}.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(KafkaAdmin.class)
@ConditionalOnProperty(name = "doab.backend", havingValue = "kafka")
class KafkaBackendConfiguration {

	@Bean
	@ConditionalOnMissingBean
	StreamBackend streamBackend(ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers, KafkaAdmin admin,
			DoabProperties properties) {
		DoabProperties.Kafka kafka = properties.kafka();
		return KafkaStreamBackend.create(consumers.getConfigurationProperties(), producers.getConfigurationProperties(),
				admin.getConfigurationProperties(),
				new KafkaSettings(kafka.groupProtocol(), kafka.sessionTimeout(), kafka.transactionTimeout(),
						kafka.requestTimeout(), kafka.trimInterval(),
						Math.toIntExact(properties.maxEventSize().toBytes())));
	}

}
