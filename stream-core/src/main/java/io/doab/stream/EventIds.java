package io.doab.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Event ids that follow from something else, so that doing a thing again gives the same
 * id: UUIDs of version 5 (RFC 9562, section 5.5).
 */
public final class EventIds {

	/** The name space of all ids made here. */
	private static final UUID NAMESPACE = UUID.fromString("5f0ad1b8-2ad1-5c3b-9c53-0d0ab0d0ab00");

	private EventIds() {
	}

	/**
	 * The id that follows from these parts, and from no others: {@code ("a", "bc")} and
	 * {@code ("ab", "c")} differ.
	 */
	public static String derive(String... parts) {
		MessageDigest sha1 = sha1();
		sha1.update(ByteBuffer.allocate(16)
			.putLong(NAMESPACE.getMostSignificantBits())
			.putLong(NAMESPACE.getLeastSignificantBits())
			.flip());
		for (String part : parts) {
			byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
			sha1.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
			sha1.update(bytes);
		}
		ByteBuffer hash = ByteBuffer.wrap(sha1.digest());
		long most = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L;
		long least = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
		return new UUID(most, least).toString();
	}

	private static MessageDigest sha1() {
		try {
			return MessageDigest.getInstance("SHA-1");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-1", ex);
		}
	}

}
