package io.doab.stream.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates and checks topics. Blocks. Safe for use by many threads.
 */
final class KafkaTopics {

	private final Admin admin;

	private final KafkaSettings settings;

	KafkaTopics(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.settings = settings;
	}

	/**
	 * Creates the streams that are absent, and checks the others.
	 * @throws FatalStreamException when one has another number of partitions
	 */
	void declare(Collection<StreamDefinition> streams) {
		ensure(streams.stream().map(this::topic).toList());
		Map<String, TopicDescription> present = KafkaFailures.await("describe topics",
				this.admin.describeTopics(streams.stream().map(StreamDefinition::name).toList()).allTopicNames(),
				patience());
		for (StreamDefinition stream : streams) {
			TopicDescription topic = present.get(stream.name());
			if (topic == null) {
				throw new RetriableException("Topic " + stream.name() + " is not there yet", null);
			}
			if (topic.partitions().size() != stream.partitions()) {
				throw new FatalStreamException("Topic '" + stream.name() + "' has " + topic.partitions().size()
						+ " partitions and " + stream.partitions()
						+ " in this application: keys would change their partition. Set doab.streams[" + stream.name()
						+ "].partitions=" + topic.partitions().size(), null);
			}
		}
	}

	/**
	 * The broker's own retention is off: it would remove what a group has not done.
	 * {@link KafkaTrimmer} removes what is old and done.
	 */
	private NewTopic topic(StreamDefinition stream) {
		Optional<Short> replicas = (stream.replicas() > 0) ? Optional.of((short) stream.replicas()) : Optional.empty();
		return new NewTopic(stream.name(), Optional.of(stream.partitions()), replicas)
			.configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
					String.valueOf(this.settings.maxMessageBytes())));
	}

	/** Creates topics unless they are there. */
	void ensure(Collection<NewTopic> wanted) {
		Map<String, NewTopic> absent = absent(wanted);
		for (KafkaFuture<Void> created : this.admin.createTopics(absent.values()).values().values()) {
			try {
				created.get(patience(), TimeUnit.SECONDS);
			}
			catch (ExecutionException | TimeoutException ex) {
				if (!(KafkaFailures.unwrap(ex) instanceof TopicExistsException)) {
					throw KafkaFailures.translate("create topics " + absent.keySet(), ex);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw KafkaFailures.translate("create topics", ex);
			}
		}
	}

	private Map<String, NewTopic> absent(Collection<NewTopic> wanted) {
		Collection<String> present = KafkaFailures.await("list topics", this.admin.listTopics().names(), patience());
		return wanted.stream()
			.filter((topic) -> !present.contains(topic.name()))
			.collect(Collectors.toMap(NewTopic::name, (topic) -> topic));
	}

	private long patience() {
		return 2 * this.settings.requestTimeout().toSeconds() + 5;
	}

}
