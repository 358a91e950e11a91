package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept of one record for the next: nothing of it is in an event that is another.
 */
class RecordsTests {

	private static final byte[] DATA = "data".getBytes(UTF_8);

	private final RecordReader reader = new RecordReader();

	private final RecordWriter writer = new RecordWriter();

	@Test
	void whatIsReadIsOfTheRecordAndNotOfTheOneBefore() {
		assertThat(read("ce_id", "1", "ce_type", "a", "ce_time", "t")).containsExactly(Map.entry("id", "1"),
				Map.entry("type", "a"), Map.entry("time", "t"));
		assertThat(read("ce_id", "2", "ce_type", "a", "ce_time", "t")).containsExactly(Map.entry("id", "2"),
				Map.entry("type", "a"), Map.entry("time", "t"));
		// Other names at the places of those before, with the values of those before.
		assertThat(read("ce_type", "2", "ce_id", "a", "mine", "t", "ce_time", "t")).containsExactly(
				Map.entry("type", "2"), Map.entry("id", "a"), Map.entry("header:mine", "t"), Map.entry("time", "t"));
		// A header without a value has no attribute, and the next ones are not its.
		assertThat(read("ce_type", null, "ce_id", "a", "ce_time", "t")).containsExactly(Map.entry("id", "a"),
				Map.entry("time", "t"));
		assertThat(read("ce_type", "2", "ce_id", "a", "ce_time", "t")).containsEntry("type", "2");
	}

	@Test
	void aHeaderWithoutANameIsReadAtAnyPlace() {
		assertThat(read("", "", "ce_time", "t")).containsEntry("header:", "");
		assertThat(read("ce_time", "t", "", "x")).containsEntry("header:", "x");
	}

	@Test
	void theSizeOfWhatIsReadIsThatOfItsText() {
		read("ce_id", "1", "ce_time", "time");
		StreamRecord same = this.reader.read(record(headers("ce_id", "1", "ce_time", "time")));
		StreamRecord other = this.reader.read(record(headers("ce_id", "größer", "ce_time", "time")));
		assertThat(same.event().size()).isEqualTo(measured(same.event()));
		assertThat(other.event().size()).isEqualTo(measured(other.event())).isGreaterThan(same.event().size());
	}

	@Test
	void manyHeadersAreReadAndWrittenAsFewAre() {
		Map<String, String> attributes = new LinkedHashMap<>();
		for (int i = 0; i < 40; i++) {
			attributes.put("name" + i, "value" + i);
		}
		attributes.put("time", "t");
		for (int round = 0; round < 2; round++) {
			StreamRecord read = this.reader.read(record(this.writer.write(append(attributes)).headers()));
			assertThat(read.event().attributes()).containsExactlyEntriesOf(attributes);
		}
	}

	@Test
	void whatIsWrittenIsOfTheEventAndNotOfTheOneBefore() {
		assertThat(write(Map.of("id", "1"))).containsExactly("ce_id=1");
		assertThat(write(Map.of("id", "2"))).containsExactly("ce_id=2");
		assertThat(write(Map.of("type", "2"))).containsExactly("ce_type=2");
		assertThat(write(Map.of("header:mine", "2"))).containsExactly("mine=2");
		assertThat(write(Map.of("header:mine", "2"))).containsExactly("mine=2");
		assertThat(write(Map.of())).isEmpty();
	}

	@Test
	void aHeaderThatNobodyElseAddsIsInOneRecordOnly() {
		ProducerRecord<byte[], byte[]> first = this.writer.write(append(Map.of("id", "1")));
		first.headers().add("interceptor", DATA);
		assertThat(write(Map.of("id", "1"))).containsExactly("ce_id=1");
	}

	private Map<String, String> read(@Nullable String... words) {
		return this.reader.read(record(headers(words))).event().attributes();
	}

	private List<String> write(Map<String, String> attributes) {
		List<String> texts = new ArrayList<>();
		this.writer.write(append(attributes))
			.headers()
			.forEach((header) -> texts.add(header.key() + "=" + new String(header.value(), UTF_8)));
		return texts;
	}

	private static Append append(Map<String, String> attributes) {
		return new Append(new StreamPartition("stream", 0), new WireEvent(attributes, "key", DATA));
	}

	private static Headers headers(@Nullable String... words) {
		Headers headers = new RecordHeaders();
		for (int i = 0; i < words.length; i += 2) {
			String value = words[i + 1];
			headers.add(words[i], (value != null) ? value.getBytes(UTF_8) : null);
		}
		return headers;
	}

	private static ConsumerRecord<byte[], byte[]> record(Headers headers) {
		return new ConsumerRecord<>("stream", 0, 0, 0, TimestampType.CREATE_TIME, 3, DATA.length, "key".getBytes(UTF_8),
				DATA, headers, Optional.empty());
	}

	private static int measured(WireEvent event) {
		return new WireEvent(event.attributes(), event.key(), event.data()).size();
	}

}
