package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Attributes;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.Utf8;
import io.doab.stream.spi.WireEvent;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import org.jspecify.annotations.Nullable;

/**
 * Events as Kafka records: the binary mode of the CloudEvents Kafka protocol binding.
 * Attributes are headers named {@code ce_…}, the content type is the header
 * {@code content-type}, the key is the record's key. Headers of other names are kept
 * under {@code header:…}.
 */
final class KafkaRecords {

	private static final String PREFIX = "ce_";

	private static final String OTHER = "header:";

	private static final String TIME = "time";

	private static final int EXPECTED_ATTRIBUTES = 8;

	/** The headers of the attributes that nearly all events have. */
	private static final Map<String, String> HEADERS = Map.of("datacontenttype", "content-type", "specversion",
			"ce_specversion", "id", "ce_id", "type", "ce_type", "source", "ce_source", TIME, "ce_time", "traceparent",
			"ce_traceparent");

	private static final Map<String, String> ATTRIBUTES = HEADERS.entrySet()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

	private KafkaRecords() {
	}

	static ProducerRecord<byte[], byte[]> toRecord(Append append) {
		WireEvent event = append.event();
		Headers headers = new RecordHeaders();
		event.attributes().forEach((name, value) -> headers.add(header(name), bytes(value)));
		String key = event.key();
		return new ProducerRecord<>(append.target().stream(), append.target().partition(), null,
				(key != null) ? bytes(key) : null, event.data(), headers);
	}

	static StreamRecord fromRecord(ConsumerRecord<byte[], byte[]> record) {
		Attributes.Builder attributes = new Attributes.Builder(EXPECTED_ATTRIBUTES);
		int textBytes = 0;
		for (Header header : record.headers()) {
			byte @Nullable [] value = header.value();
			if (value != null) {
				String name = attribute(header.key());
				String text = new String(value, StandardCharsets.UTF_8);
				attributes.put(name, text);
				textBytes += Utf8.length(name) + Utf8.length(text, value);
			}
		}
		if (!attributes.has(TIME)) {
			String stored = Instant.ofEpochMilli(record.timestamp()).toString();
			attributes.put(TIME, stored);
			textBytes += TIME.length() + stored.length();
		}
		String key = null;
		String defect = null;
		byte @Nullable [] rawKey = record.key();
		if (rawKey != null) {
			textBytes += rawKey.length;
			key = Utf8.text(rawKey);
			if (key == null) {
				attributes.put("rawkey", Base64.getEncoder().encodeToString(rawKey));
				defect = "The record's key is not UTF-8";
			}
		}
		byte @Nullable [] data = record.value();
		if (data == null) {
			defect = (defect != null) ? defect : "The record has no value";
			data = new byte[0];
		}
		return new StreamRecord(Position.ofOffset(record.offset()),
				WireEvent.of(attributes.build(), key, data, textBytes), defect);
	}

	private static String header(String attribute) {
		String known = HEADERS.get(attribute);
		if (known != null) {
			return known;
		}
		return attribute.startsWith(OTHER) ? attribute.substring(OTHER.length()) : PREFIX + attribute;
	}

	private static String attribute(String header) {
		String known = ATTRIBUTES.get(header);
		if (known != null) {
			return known;
		}
		return header.startsWith(PREFIX) ? header.substring(PREFIX.length()) : OTHER + header;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
