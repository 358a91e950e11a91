package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.error.RetriableException;
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

	/** What a busy machine may add to a time that is promised. */
	Duration BUSY_MACHINE = Duration.ofSeconds(6);

	/**
	 * Waits as long as a busy machine may need. A server that does not answer in time is
	 * asked again.
	 */
	static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(90))
			.pollInterval(Duration.ofMillis(50))
			.ignoreExceptionsInstanceOf(RetriableException.class);
	}

	/** Runs beside the test, whatever else does. */
	static CompletableFuture<Void> inBackground(Runnable task) {
		return CompletableFuture.runAsync(task, (each) -> Thread.ofVirtual().start(each));
	}

	/**
	 * Tries a case again whose members lost partitions though nothing was done to them:
	 * where a machine stands still for as long as a session is, there is nothing to see
	 * of a hand-over in good order.
	 * @param lost runs the case and returns how many partitions were lost
	 */
	static void undisturbed(IntSupplier lost) {
		for (int attempt = 0; attempt < 3; attempt++) {
			if (lost.getAsInt() == 0) {
				return;
			}
		}
		throw new AssertionError("Members lost partitions in three attempts of three");
	}

	/**
	 * Tries a case again, with twice the time, that a slow machine did not get ready for
	 * in the time it had.
	 * @param time for the first attempt
	 * @param attempt runs the case and returns whether the time was enough
	 */
	static void inTime(Duration time, Predicate<Duration> attempt) {
		for (int factor = 1; factor <= 4; factor *= 2) {
			if (attempt.test(time.multipliedBy(factor))) {
				return;
			}
		}
		throw new AssertionError("The machine was not ready after four times " + time);
	}

	/** The events of all partitions. */
	default List<StreamRecord> read(String stream) {
		return read(stream, 3);
	}

	/** The events of so many partitions. */
	default List<StreamRecord> read(String stream, int partitions) {
		List<StreamRecord> all = new ArrayList<>();
		for (int partition = 0; partition < partitions; partition++) {
			all.addAll(fixture().read(stream, partition));
		}
		return all;
	}

	default List<Item> items(String stream) {
		return items(read(stream));
	}

	static List<Item> items(List<StreamRecord> records) {
		JsonPayloadCodec codec = new JsonPayloadCodec();
		return records.stream().map((record) -> codec.decode(record.event().data(), Item.class)).toList();
	}

	static List<String> ids(List<StreamRecord> records) {
		return records.stream().map((record) -> record.event().attributes().getOrDefault("id", "")).toList();
	}

	/** Lets time pass. */
	static void pass(Duration time) {
		Awaitility.await().timeout(time.plusSeconds(10)).pollDelay(time).until(() -> true);
	}

	/** That each event gave one output, and those of a key came in order. */
	default void assertEachOnceInOrder(String stream, int count, int keys) {
		assertEachOnceInOrder(stream, count, keys, 3);
	}

	/** The same of a stream of so many partitions. */
	default void assertEachOnceInOrder(String stream, int count, int keys, int partitions) {
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(read(stream, partitions)).hasSizeGreaterThanOrEqualTo(count));
		List<StreamRecord> records = read(stream, partitions);
		assertThat(ids(records)).hasSize(count).doesNotHaveDuplicates();
		Map<String, List<Integer>> byKey = items(records).stream()
			.collect(Collectors.groupingBy(Item::key, LinkedHashMap::new,
					Collectors.mapping(Item::number, Collectors.toList())));
		assertThat(byKey).hasSize(keys);
		byKey.forEach((key, numbers) -> assertThat(numbers).as(key)
			.isEqualTo(IntStream.range(0, numbers.size()).boxed().toList()));
	}

}
