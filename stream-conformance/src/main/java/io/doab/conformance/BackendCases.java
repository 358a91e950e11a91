package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.StreamRecord;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What all groups of cases share.
 */
public interface BackendCases {

	/** Makes names of one run unique. */
	AtomicInteger COUNTER = new AtomicInteger();

	BackendFixture fixture();

	default String unique(String name) {
		return name + "-" + COUNTER.incrementAndGet();
	}

	/** Waits as long as a busy machine may need. */
	static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50));
	}

	/** The events of all partitions. */
	default List<StreamRecord> read(String stream) {
		List<StreamRecord> all = new ArrayList<>();
		for (int partition = 0; partition < 3; partition++) {
			all.addAll(fixture().read(stream, partition));
		}
		return all;
	}

	default List<Item> items(String stream) {
		JsonPayloadCodec codec = new JsonPayloadCodec();
		return read(stream).stream().map((record) -> codec.decode(record.event().data(), Item.class)).toList();
	}

	static List<String> ids(List<StreamRecord> records) {
		return records.stream().map((record) -> record.event().attributes().getOrDefault("id", "")).toList();
	}

	/** That each event gave one output, and those of a key came in order. */
	default void assertEachOnceInOrder(String stream, int count, int keys) {
		BackendCases.eventually().untilAsserted(() -> assertThat(read(stream)).hasSizeGreaterThanOrEqualTo(count));
		assertThat(ids(read(stream))).hasSize(count).doesNotHaveDuplicates();
		Map<String, List<Integer>> byKey = items(stream).stream()
			.collect(Collectors.groupingBy(Item::key, LinkedHashMap::new,
					Collectors.mapping(Item::number, Collectors.toList())));
		assertThat(byKey).hasSize(keys);
		byKey.forEach((key, numbers) -> assertThat(numbers).as(key)
			.isEqualTo(IntStream.range(0, numbers.size()).boxed().toList()));
	}

}
