package io.doab.stream.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DonePositions;

/**
 * The stored form of a checkpoint: {@code 1 <prefix> <entries> }, legible with
 * {@code redis-cli}, and the bytes of {@link DonePositions}. The first character is the
 * version of the format.
 */
final class RedisCheckpoints {

	/** The field of a checkpoint that is no input. */
	static final String COMMIT_NUMBER = "#commit";

	private static final char VERSION = '1';

	private RedisCheckpoints() {
	}

	static byte[] encode(Checkpoint checkpoint) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes(RedisLink.bytes(VERSION + " " + checkpoint.prefix() + " " + checkpoint.entries() + " "));
		if (!checkpoint.done().isEmpty()) {
			out.writeBytes(DonePositions.encode(checkpoint.done()));
		}
		return out.toByteArray();
	}

	static Checkpoint decode(byte[] stored) {
		String text = new String(stored, StandardCharsets.ISO_8859_1);
		String[] words = text.split(" ", 4);
		if (words.length < 4 || words[0].length() != 1 || words[0].charAt(0) != VERSION) {
			throw new FatalStreamException("A checkpoint in Redis has a format that this program does not know ('"
					+ words[0] + "'): run the newer program that wrote it", null);
		}
		int rest = words[0].length() + words[1].length() + words[2].length() + 3;
		return new Checkpoint(Position.parse(words[1]),
				DonePositions.decode(Arrays.copyOfRange(stored, rest, stored.length)), Long.parseLong(words[2]));
	}

}
