package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.contract.Application;
import io.doab.stream.contract.BackendCases;
import io.doab.stream.contract.BackendFixture;
import io.doab.stream.contract.Item;
import io.doab.stream.contract.ProcessingCases;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What only Kafka can do to its clients.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaFaultTests implements BackendCases {

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Test
	void anOpenTransactionOfAnUnknownOwnerIsWaitedForAndTheGroupDoesNotBeginAnew() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		copyAll(group, in, out, 0, 10);
		try (Producer<byte[], byte[]> open = this.fixture.transactional(unique("unknown"), Duration.ofSeconds(2))) {
			open.beginTransaction();
			open.sendOffsetsToTransaction(offsets(in, 2), this.fixture.outsider(group));
			copyAll(group, in, out, 10, 10);
		}
	}

	@Test
	void anOwnerThatANewerOffsetNamesIsFencedAndTheMemberItselfNever() {
		String in = unique("in");
		String group = unique("group");
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> self = this.fixture.transactional("doab-self", Duration.ofSeconds(6));
				Producer<byte[], byte[]> other = this.fixture.transactional("doab-other", Duration.ofSeconds(6))) {
			app.declare(in);
			commit(self, group, Map.of(new TopicPartition(in, 0), new OffsetAndMetadata(3, "doab-self")));
			commit(other, group, Map.of(new TopicPartition(in, 1), new OffsetAndMetadata(4, "doab-other")));
			List<TopicPartition> inputs = IntStream.range(0, 3).mapToObj((i) -> new TopicPartition(in, i)).toList();
			GroupOffsets offsets = new GroupOffsets(group, this.fixture.admin(), this.fixture.settings());
			assertThat(offsets.settled(inputs, "doab-self")).hasSize(2);
			commit(self, group, Map.of(new TopicPartition(in, 0), new OffsetAndMetadata(5, "doab-self")));
			assertThatExceptionOfType(ProducerFencedException.class)
				.isThrownBy(() -> commit(other, group, offsets(in, 9)));
			assertThat(offsets.settled(inputs, "doab-self")).containsEntry(new TopicPartition(in, 0),
					new OffsetAndMetadata(5, "doab-self"));
		}
	}

	private void commit(Producer<byte[], byte[]> producer, String group,
			Map<TopicPartition, OffsetAndMetadata> offsets) {
		producer.beginTransaction();
		producer.sendOffsetsToTransaction(offsets, this.fixture.outsider(group));
		producer.commitTransaction();
	}

	private static Map<TopicPartition, OffsetAndMetadata> offsets(String stream, long offset) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (int partition = 0; partition < 3; partition++) {
			offsets.put(new TopicPartition(stream, partition), new OffsetAndMetadata(offset));
		}
		return offsets;
	}

	/**
	 * Publishes events of thirty keys, and runs the group until each event from the first
	 * on has given one output.
	 */
	private void copyAll(String group, String in, String out, int first, int count) {
		try (Application app = new Application(this.fixture)) {
			app.publish(in, numbered(first, count));
			app.start(ProcessingCases.copy(group, in, out).build());
			assertEachOnceInOrder(out, 30 * (first + count), 30);
		}
	}

	private static List<Event<Item>> numbered(int first, int count) {
		return IntStream.range(first, first + count)
			.boxed()
			.flatMap((number) -> IntStream.range(0, 30).mapToObj((key) -> Item.event("key" + key, number)))
			.toList();
	}

}
