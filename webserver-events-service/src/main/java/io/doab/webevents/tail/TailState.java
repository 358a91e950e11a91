package io.doab.webevents.tail;

import java.time.Instant;
import java.util.List;

/**
 * How far a log was read: what is kept on disk.
 *
 * @param version of the format
 * @param files those that are read, the oldest first; the last is the one that the server
 * writes to, as far as is known
 * @param finished fingerprints of the latest that were read to their end
 * @param looked when it was looked last what became of them; what was rotated away and
 * not known then was modified since
 */
record TailState(int version, List<FilePosition> files, List<String> finished, Instant looked) {

	static final int VERSION = 1;

	static final TailState NONE = new TailState(VERSION, List.of(), List.of(), Instant.EPOCH);

	TailState {
		files = List.copyOf(files);
		finished = List.copyOf(finished);
	}

	/** Whether the log was never looked for. */
	boolean isNew() {
		return this.looked.equals(Instant.EPOCH);
	}

}
