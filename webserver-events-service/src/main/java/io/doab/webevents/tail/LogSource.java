package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a log file, wherever it has been moved to meanwhile. Not for several
 * threads.
 */
interface LogSource extends Closeable {

	/** Reads from a position on as much as there is and fits. */
	void read(long position, ByteBuffer into) throws IOException;

	/** How many bytes there are, or {@link Long#MAX_VALUE} where nobody knows. */
	long size() throws IOException;

	/** Whether lines may be added to it. */
	boolean mayGrow();

	/** Has it put on disk, where that can be done. */
	default void force() {
	}

}
