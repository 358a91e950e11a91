package io.doab.stream;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The partition of a key is that of Kafka's own producer.
 */
class PartitionerTests {

	@Test
	void aKeyHasThePartitionThatKafkasProducerGivesIt() {
		Random random = new Random(7);
		for (int i = 0; i < 10_000; i++) {
			String key = text(random);
			int partitions = 1 + random.nextInt(100);
			assertThat(Partitioner.partition(key, partitions)).as("key '%s' of %s partitions", key, partitions)
				.isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions));
		}
	}

	/** Up to 20 characters, of which some take several bytes. */
	private static String text(Random random) {
		return random.ints(random.nextInt(21), 1, 0x2fff)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

}
