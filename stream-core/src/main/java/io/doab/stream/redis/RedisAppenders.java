package io.doab.stream.redis;

import java.util.concurrent.ScheduledExecutorService;

import io.doab.stream.Acknowledgement;
import io.doab.stream.PublisherSettings;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Appender;

/**
 * Makes the appender that fits what a publisher asks for, and says what a failure means
 * for an event.
 */
final class RedisAppenders {

	private RedisAppenders() {
	}

	static Appender of(RedisNodes nodes, RedisSettings settings, PublisherSettings publisher,
			ScheduledExecutorService timer) {
		if (publisher.acknowledgement() == Acknowledgement.NONE) {
			return new UnansweredAppender(nodes);
		}
		AppendRoute route = (publisher.acknowledgement() == Acknowledgement.ALL)
				? new ReplicatedRoute(nodes, settings, publisher) : new LeaderRoute(nodes);
		return publisher.idempotent() ? new IdempotentAppender(route, publisher.timeout(), timer)
				: new OnceAppender(route, publisher.timeout(), settings.commandTimeout());
	}

	/** The failure to tell of an event that was sent once. */
	static RuntimeException failure(String operation, Throwable failure) {
		Throwable cause = RedisFailures.unwrap(failure);
		if (cause instanceof UnconfirmedException known) {
			return known;
		}
		if (RedisFailures.isRefusal(cause) && !RedisFailures.isPassing(cause)) {
			return RedisFailures.translate(operation, cause);
		}
		return new UnconfirmedException(RedisFailures.isRefusal(cause) ? Known.NOT_STORED : Known.MAYBE_STORED,
				String.valueOf(RedisFailures.translate(operation, cause).getMessage()), cause);
	}

}
