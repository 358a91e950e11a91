package io.doab.webevents.agent;

/**
 * What a user agent says of itself.
 *
 * @param family such as Chrome or Googlebot
 * @param bot whether it is a program that nobody sits before
 */
public record UserAgent(String family, String os, String device, boolean bot) {

	/** A request without any. */
	public static final UserAgent UNKNOWN = new UserAgent("Other", "Other", "Other", false);

}
