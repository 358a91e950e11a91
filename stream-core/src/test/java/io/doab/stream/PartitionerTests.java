package io.doab.stream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * The partition of a key is that of Kafka's own producer.
 */
class PartitionerTests {

	@Test
	void aKeyHasThePartitionThatKafkasProducerGivesIt() {
		Random random = new Random(7);
		for (int i = 0; i < 100_000; i++) {
			String key = text(random);
			int partitions = 1 + random.nextInt((i % 2 == 0) ? 100 : 10_000);
			int expected = BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions);
			if (Partitioner.partition(key, partitions) != expected) {
				fail("key '%s' of %s partitions: expected %s", key, partitions, expected);
			}
		}
	}

	@Test
	void anyTextHasAPartition() {
		for (String key : List.of("", "\0", " ", "\uD83D\uDE00", "\uFFFD", "k\u00e4y", "a".repeat(100_000))) {
			assertThat(Partitioner.partition(key, 12)).as(key)
				.isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 12));
		}
	}

	/** Up to 20 characters, which take one to four bytes each; the empty text as well. */
	private static String text(Random random) {
		int widest = List.of(0x7f, 0x7ff, 0xd7ff, 0x1ffff).get(random.nextInt(4));
		return random.ints(random.nextInt(21), 0, widest + 1)
			.filter((point) -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

}
