package io.doab.webevents.tail;

import java.io.IOException;

/**
 * Files were moved while they were looked at: what was found does not belong together,
 * and is to be looked for again.
 */
final class FolderChangedException extends IOException {

	private static final long serialVersionUID = 1L;

	FolderChangedException(String message) {
		super(message);
	}

}
