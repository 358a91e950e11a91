package io.doab.stream.redis;

/**
 * A part of the protocol that a simulation leaves out, to see that it is missed.
 */
enum Broken {

	// In the scripts.

	/** A commit is applied whoever sends it. */
	COMMIT_COMPARES_NO_LEASE,

	/** A commit is applied whatever came before it. */
	COMMIT_COMPARES_NO_NUMBER,

	/** A commit of the last number counts as applied, whoever sent it. */
	DUPLICATE_COMPARES_NO_LEASE,

	/** A transaction is applied though what is watched was changed. */
	TRANSACTION_HEEDS_NO_CHANGE,

	/** A renewal sets a lease that has ended. */
	RENEWAL_SETS_ANEW,

	/** An acquisition takes a lease that is held. */
	ACQUISITION_TAKES_WHAT_IS_HELD,

	/** A release ends a lease whoever holds it. */
	RELEASE_COMPARES_NO_LEASE,

	/** A proposal replaces an assignment that it does not follow from. */
	PROPOSAL_COMPARES_NO_ASSIGNMENT,

	// In the member.

	/** The holder of a lease never doubts it. */
	TERM_NEVER_ENDS,

	/** The holder of a lease takes every answer to a commit for a yes. */
	GOES_ON_WHEN_LOST,

	/** A partition that was lost is taken again with what was in memory. */
	RETAKES_IN_SILENCE,

	/** A server that was restarted or failed over counts as the one before. */
	RUN_ID_IGNORED,

	/** A transaction follows upon a watch, whatever that found. */
	WATCHES_WITHOUT_LOOKING,

	/** A commit without an answer is sent again as another one. */
	REPEATS_UNDER_NEW_NUMBER,

	/** All leases of a member and an epoch have the same value. */
	NONCE_IS_CONSTANT,

	/** What is another's by the assignment is kept. */
	KEEPS_SURPLUS,

	/** A proposal heeds who is there, and not who has what. */
	ASSIGNS_AFRESH,

	/** A member tells that it is alive only when it hears of a change. */
	HEARTBEAT_ONCE

}
