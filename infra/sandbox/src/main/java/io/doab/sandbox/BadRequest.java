package io.doab.sandbox;

import java.io.Serial;

/** What is wrong with a request; answered with 400. */
final class BadRequest extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	BadRequest(String what) {
		super(what);
	}

}
