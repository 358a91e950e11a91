package io.doab.console.dashboard;

import java.io.Serial;

/** No instance of destinations-service answers. */
final class UpstreamAwayException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	UpstreamAwayException(Throwable cause) {
		super(cause);
	}

}
