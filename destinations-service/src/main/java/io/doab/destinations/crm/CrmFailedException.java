package io.doab.destinations.crm;

import org.jspecify.annotations.Nullable;

/** A call failed in a way that another attempt may mend. */
final class CrmFailedException extends Exception {

	private static final long serialVersionUID = 1L;

	CrmFailedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
