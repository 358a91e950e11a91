package io.doab.stream.kafka;

import org.jspecify.annotations.Nullable;

/**
 * What stands in a committed offset's metadata beside the offset: {@code <owner> <epoch>
 * <done>}.
 *
 * @param owner the transactional id of the member that owns the partition, or null when
 * it was given up in good order
 * @param epoch under which it was acquired
 * @param done how many events beyond the offset are done
 */
record OffsetNote(@Nullable String owner, long epoch, int done) {

	/** What somebody else's tool leaves. */
	private static final OffsetNote NONE = new OffsetNote(null, 0, 0);

	private static final String NOBODY = "-";

	private static final String OURS = "doab-";

	String encode() {
		return ((this.owner != null) ? this.owner : NOBODY) + " " + this.epoch + " " + this.done;
	}

	static OffsetNote parse(@Nullable String metadata) {
		String[] words = String.valueOf(metadata).split(" ", -1);
		boolean owned = words[0].startsWith(OURS);
		if (owned && words.length == 1) {
			// As it was before epochs stood there.
			return new OffsetNote(words[0], 0, 0);
		}
		if (words.length != 3 || !(owned || words[0].equals(NOBODY))) {
			return NONE;
		}
		try {
			return new OffsetNote(owned ? words[0] : null, Long.parseLong(words[1]), Integer.parseInt(words[2]));
		}
		catch (NumberFormatException ex) {
			return NONE;
		}
	}

}
