package io.doab.destinations.webhook.call;

import java.time.Duration;

/**
 * What a call may take.
 *
 * @param timeout from its start to the end of the answer
 * @param connectTimeout for a connection to one address
 * @param maxAnswerBytes how much of an answer's body is read before the connection is
 * closed
 * @param maxConnections to all receivers together
 */
public record CallLimits(Duration timeout, Duration connectTimeout, int maxAnswerBytes, int maxConnections) {

}
