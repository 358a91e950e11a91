package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.doab.stream.error.StreamException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether brokers remove events of topics by themselves, which they do of topics that
 * were made by others: what no group has done is removed with the rest. A warning each.
 * Blocks. Safe for use by many threads.
 */
final class BrokerRetention {

	private static final Logger logger = LoggerFactory.getLogger(BrokerRetention.class);

	/** What leaves it to us. */
	private static final Map<String, String> OURS = Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1",
			TopicConfig.RETENTION_BYTES_CONFIG, "-1", TopicConfig.CLEANUP_POLICY_CONFIG,
			TopicConfig.CLEANUP_POLICY_DELETE);

	private final Admin admin;

	private final KafkaSettings settings;

	private final Map<String, String> warnings = new ConcurrentHashMap<>();

	BrokerRetention(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.settings = settings;
	}

	/**
	 * Looks at topics. Who may not look, or cannot, knows nothing new.
	 */
	void examine(Collection<String> topics) {
		if (topics.isEmpty()) {
			return;
		}
		try {
			List<ConfigResource> resources = topics.stream()
				.map((topic) -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
				.toList();
			KafkaFailures
				.await("read the configuration of topics", this.admin.describeConfigs(resources).all(),
						this.settings.patienceSeconds())
				.forEach((resource, config) -> examine(resource.name(), config));
		}
		catch (StreamException ex) {
			logger.debug("It is not known whether brokers remove events of {} by themselves", topics, ex);
		}
	}

	private void examine(String topic, Config config) {
		List<String> others = new ArrayList<>();
		OURS.forEach((name, ours) -> {
			ConfigEntry entry = config.get(name);
			if (entry != null && entry.value() != null && !entry.value().equals(ours)) {
				others.add(name + "=" + entry.value());
			}
		});
		if (others.isEmpty()) {
			this.warnings.remove(topic);
			return;
		}
		String warning = "Kafka removes events of topic " + topic + " by itself (" + String.join(", ", others)
				+ "), whether groups have done them or not. To leave that to Doab and doab.streams[" + topic
				+ "].retention, set retention.ms=-1, retention.bytes=-1 and cleanup.policy=delete for the topic";
		if (this.warnings.put(topic, warning) == null) {
			logger.warn("{}", warning);
		}
	}

	List<String> warnings() {
		return List.copyOf(this.warnings.values());
	}

}
