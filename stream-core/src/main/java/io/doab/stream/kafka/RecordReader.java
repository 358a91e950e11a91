package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

import io.doab.stream.Position;
import io.doab.stream.spi.Attributes;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.Utf8;
import io.doab.stream.spi.WireEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import org.jspecify.annotations.Nullable;

/**
 * Makes events of Kafka's records ({@link KafkaRecords}). The records of a topic mostly
 * have the same headers at the same places, and many have the same value as before: what
 * was made of one is used again for the next. Not for several threads.
 */
final class RecordReader {

	/** Headers behind these are read as if they were new. */
	private static final int PLACES = 16;

	private final Place[] places = new Place[PLACES];

	/** Makes the event of one record. */
	static StreamRecord readOne(ConsumerRecord<byte[], byte[]> record) {
		return new RecordReader().read(record);
	}

	StreamRecord read(ConsumerRecord<byte[], byte[]> record) {
		Header[] headers = record.headers().toArray();
		Attributes.Builder attributes = new Attributes.Builder(headers.length);
		int textBytes = 0;
		boolean timed = false;
		for (int i = 0; i < headers.length; i++) {
			byte @Nullable [] value = headers[i].value();
			if (value != null) {
				Place place = place(i);
				place.read(headers[i].key(), value);
				attributes.put(place.name, place.text);
				textBytes += place.bytes;
				timed |= place.name.equals(KafkaRecords.TIME);
			}
		}
		if (!timed) {
			String stored = Instant.ofEpochMilli(record.timestamp()).toString();
			attributes.put(KafkaRecords.TIME, stored);
			textBytes += KafkaRecords.TIME.length() + stored.length();
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

	private Place place(int index) {
		if (index >= PLACES) {
			return new Place();
		}
		Place place = this.places[index];
		if (place == null) {
			place = new Place();
			this.places[index] = place;
		}
		return place;
	}

	/** What stood last at a place. */
	private static final class Place {

		private @Nullable String header;

		private String name = "";

		private byte[] value = {};

		private String text = "";

		/** Of name and text. */
		private int bytes;

		void read(String newHeader, byte[] newValue) {
			boolean same = newHeader.equals(this.header);
			if (same && Arrays.equals(newValue, this.value)) {
				return;
			}
			if (!same) {
				this.header = newHeader;
				this.name = KafkaRecords.attribute(newHeader);
			}
			this.value = newValue;
			this.text = new String(newValue, StandardCharsets.UTF_8);
			this.bytes = Utf8.length(this.name) + Utf8.length(this.text, newValue);
		}

	}

}
