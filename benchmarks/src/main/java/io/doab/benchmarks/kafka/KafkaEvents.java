package io.doab.benchmarks.kafka;

import java.nio.charset.StandardCharsets;

import io.doab.benchmarks.harness.CloudEvent;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Events as records: a header per attribute, the key, the payload. */
final class KafkaEvents {

	private static final String PREFIX = "ce_";

	private static final String ID = PREFIX + CloudEvent.ID;

	private KafkaEvents() {
	}

	static Headers headers(String id, String type) {
		Headers headers = new RecordHeaders();
		CloudEvent.attributes(id, type)
			.forEach((name, value) -> headers.add(PREFIX + name, value.getBytes(StandardCharsets.UTF_8)));
		return headers;
	}

	/** The headers of the event that follows from one with these. */
	static Headers following(Headers input) {
		Header id = input.lastHeader(ID);
		return headers(CloudEvent.follow(new String(id.value(), StandardCharsets.UTF_8)), CloudEvent.ACCEPTED);
	}

	/**
	 * The record that follows from another, to the same partition: the key is the same,
	 * and so is the number of partitions.
	 */
	static ProducerRecord<byte[], byte[]> following(ConsumerRecord<byte[], byte[]> input, String output,
			byte[] payload) {
		return new ProducerRecord<>(output, input.partition(), null, input.key(), payload, following(input.headers()));
	}

}
