package io.doab.stream.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StreamRecord;
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

	private static final String CONTENT_TYPE = "datacontenttype";

	private static final String CONTENT_TYPE_HEADER = "content-type";

	private static final String OTHER = "header:";

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
		Map<String, String> attributes = new LinkedHashMap<>();
		for (Header header : record.headers()) {
			byte @Nullable [] value = header.value();
			if (value != null) {
				attributes.put(attribute(header.key()), new String(value, StandardCharsets.UTF_8));
			}
		}
		attributes.computeIfAbsent("time", (name) -> Instant.ofEpochMilli(record.timestamp()).toString());
		String key = null;
		String defect = null;
		byte @Nullable [] rawKey = record.key();
		if (rawKey != null) {
			key = text(rawKey);
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
		return new StreamRecord(Position.ofOffset(record.offset()), new WireEvent(attributes, key, data), defect);
	}

	private static String header(String attribute) {
		if (attribute.startsWith(OTHER)) {
			return attribute.substring(OTHER.length());
		}
		return attribute.equals(CONTENT_TYPE) ? CONTENT_TYPE_HEADER : PREFIX + attribute;
	}

	private static String attribute(String header) {
		if (header.startsWith(PREFIX)) {
			return header.substring(PREFIX.length());
		}
		return header.equals(CONTENT_TYPE_HEADER) ? CONTENT_TYPE : OTHER + header;
	}

	private static @Nullable String text(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
