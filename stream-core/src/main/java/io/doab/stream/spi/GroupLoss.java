package io.doab.stream.spi;

/**
 * What of a stream was removed before a group had done it: by a hard limit, or by
 * somebody else.
 *
 * @param events how many, about: what a member had in hand when it was removed is
 * counted, though it may still be done
 */
public record GroupLoss(String group, String stream, long events) {

	/** For an operator. */
	public String warning() {
		return "Group " + this.group + " has lost about " + this.events + " events of stream " + this.stream
				+ ": they were removed before it had done them, by a hard limit or by somebody else";
	}

}
