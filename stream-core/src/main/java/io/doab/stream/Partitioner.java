package io.doab.stream;

import java.nio.charset.StandardCharsets;

/**
 * The partition of a key: murmur2 of its UTF-8 bytes with the sign bit masked, modulo the
 * number of partitions. That is the partitioner of Kafka's Java client, so that a key has
 * the same partition number on every backend and beside plain Kafka producers. Murmur2 is
 * Austin Appleby's, in the public domain; seed and mask are those of Kafka.
 */
public final class Partitioner {

	private static final int SEED = 0x9747b28c;

	private static final int M = 0x5bd1e995;

	private static final int R = 24;

	private Partitioner() {
	}

	/**
	 * The partition of a key.
	 * @param partitions how many there are, at least one
	 */
	public static int partition(String key, int partitions) {
		return (murmur2(key.getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % partitions;
	}

	static int murmur2(byte[] data) {
		int length = data.length;
		int h = SEED ^ length;
		int whole = length & ~3;
		for (int i = 0; i < whole; i += 4) {
			int k = (data[i] & 0xff) | (data[i + 1] & 0xff) << 8 | (data[i + 2] & 0xff) << 16
					| (data[i + 3] & 0xff) << 24;
			k *= M;
			k ^= k >>> R;
			k *= M;
			h = (h * M) ^ k;
		}
		if ((length & 3) != 0) {
			for (int i = length - 1; i >= whole; i--) {
				h ^= (data[i] & 0xff) << (8 * (i - whole));
			}
			h *= M;
		}
		h ^= h >>> 13;
		h *= M;
		h ^= h >>> 15;
		return h;
	}

}
