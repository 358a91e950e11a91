package io.doab.destinations.webhook;

import java.time.Duration;

/**
 * When an endpoint is paused, and when it is tried again.
 *
 * @param afterFailures so many failed attempts in a row
 * @param after failures for as long, with no success among them
 * @param firstProbe how long after it was paused it is tried
 * @param longestPause the bound of that pause, which doubles each time
 */
record PauseRules(int afterFailures, Duration after, Duration firstProbe, Duration longestPause) {

	private static final int MAX_DOUBLINGS = 20;

	/** The pause after so many failed probes. */
	Duration probeDelay(int probes) {
		Duration delay = this.firstProbe.multipliedBy(1L << Math.min(probes, MAX_DOUBLINGS));
		return (delay.compareTo(this.longestPause) < 0) ? delay : this.longestPause;
	}

}
