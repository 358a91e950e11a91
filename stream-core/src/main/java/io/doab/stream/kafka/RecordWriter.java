package io.doab.stream.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.doab.stream.spi.Append;
import io.doab.stream.spi.WireEvent;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's records of events ({@link KafkaRecords}). Events that go together mostly
 * have the same attributes at the same places, and many have the same value as before:
 * the header that was made of one is used again for the next. Not for several threads.
 */
final class RecordWriter {

	/** Attributes behind these get a header of their own each. */
	private static final int PLACES = 16;

	private final @Nullable Place[] places = new Place[PLACES];

	/** Makes the record of one event. */
	static ProducerRecord<byte[], byte[]> writeOne(Append append) {
		return new RecordWriter().write(append);
	}

	ProducerRecord<byte[], byte[]> write(Append append) {
		WireEvent event = append.event();
		String key = event.key();
		return new ProducerRecord<>(append.target().stream(), append.target().partition(), null,
				(key != null) ? KafkaRecords.bytes(key) : null, event.data(), headers(event.attributes()));
	}

	private List<Header> headers(Map<String, String> attributes) {
		Header[] headers = new Header[attributes.size()];
		int at = 0;
		for (Map.Entry<String, String> attribute : attributes.entrySet()) {
			headers[at] = header(at, attribute.getKey(), attribute.getValue());
			at++;
		}
		return Arrays.asList(headers);
	}

	private Header header(int index, String name, String value) {
		Place last = (index < PLACES) ? this.places[index] : null;
		if (last == null || !last.name.equals(name)) {
			return keep(index, name, value, new RecordHeader(KafkaRecords.header(name), KafkaRecords.bytes(value)));
		}
		return last.value.equals(value) ? last.header
				: keep(index, name, value, new RecordHeader(last.header.key(), KafkaRecords.bytes(value)));
	}

	private Header keep(int index, String name, String value, Header header) {
		if (index < PLACES) {
			this.places[index] = new Place(name, value, header);
		}
		return header;
	}

	/** What stood last at a place. */
	private record Place(String name, String value, Header header) {

	}

}
