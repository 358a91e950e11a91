package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Events as Kafka records: the binary mode of the CloudEvents Kafka protocol binding.
 * Attributes are headers named {@code ce_…}, the content type is the header
 * {@code content-type}, the key is the record's key. Headers of other names are kept
 * under {@code header:…}.
 *
 * @see RecordReader
 * @see RecordWriter
 */
final class KafkaRecords {

	private static final String PREFIX = "ce_";

	private static final String OTHER = "header:";

	static final String TIME = "time";

	/** The headers of the attributes that nearly all events have. */
	private static final Map<String, String> HEADERS = Map.of("datacontenttype", "content-type", "specversion",
			"ce_specversion", "id", "ce_id", "type", "ce_type", "source", "ce_source", TIME, "ce_time", "traceparent",
			"ce_traceparent");

	private static final Map<String, String> ATTRIBUTES = HEADERS.entrySet()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

	private KafkaRecords() {
	}

	/** The header of an attribute. */
	static String header(String attribute) {
		String known = HEADERS.get(attribute);
		if (known != null) {
			return known;
		}
		return attribute.startsWith(OTHER) ? attribute.substring(OTHER.length()) : PREFIX + attribute;
	}

	/** The attribute of a header. */
	static String attribute(String header) {
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
