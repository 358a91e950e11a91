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

	/** To make one takes as long as to use it. */
	private static final ThreadLocal<MessageDigest> SHA1 = ThreadLocal.withInitial(EventIds::newSha1);

	private static final int NAMESPACE_BYTES = 2 * Long.BYTES;

	private EventIds() {
	}

	/**
	 * The id that follows from these parts, and from no others: {@code ("a", "bc")} and
	 * {@code ("ab", "c")} differ.
	 */
	public static String derive(String... parts) {
		byte[][] texts = new byte[parts.length][];
		int length = NAMESPACE_BYTES;
		for (int i = 0; i < parts.length; i++) {
			texts[i] = parts[i].getBytes(StandardCharsets.UTF_8);
			length += Integer.BYTES + texts[i].length;
		}
		ByteBuffer hashed = ByteBuffer.allocate(length)
			.putLong(NAMESPACE.getMostSignificantBits())
			.putLong(NAMESPACE.getLeastSignificantBits());
		for (byte[] text : texts) {
			hashed.putInt(text.length).put(text);
		}
		MessageDigest sha1 = SHA1.get();
		// Whoever was broken off in it left it as it was.
		sha1.reset();
		ByteBuffer hash = ByteBuffer.wrap(sha1.digest(hashed.array()));
		long most = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L;
		long least = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
		return new UUID(most, least).toString();
	}

	private static MessageDigest newSha1() {
		try {
			return MessageDigest.getInstance("SHA-1");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-1", ex);
		}
	}

}
