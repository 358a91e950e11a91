package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * The member does not own the partition any more under the epoch of this work. Drop the
 * work: another member has it, or the same member will get it again from the stored
 * checkpoint.
 */
public final class FencedException extends StreamException {

	private static final long serialVersionUID = 1L;

	public FencedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
