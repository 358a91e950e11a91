package io.doab.sandbox;

/**
 * Something that the platform talks to.
 */
interface Peer {

	/** What its paths begin with. */
	String path();

	/** How it treats its callers. */
	FaultSwitch faults();

	/** What it got. */
	Received received();

	/** Takes over a behaviour, or throws {@link BadRequest} when it can not be so. */
	void behave(Behaviour behaviour);

	/** Answers a call that is neither of its behaviour nor of its list. */
	Answer answer(Request request);

}
