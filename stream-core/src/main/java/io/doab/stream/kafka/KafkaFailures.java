package io.doab.stream.kafka;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a failure of the client or the broker means for the caller.
 */
final class KafkaFailures {

	/** Causes may form a ring. */
	private static final int MAX_CAUSES = 20;

	private KafkaFailures() {
	}

	static Throwable unwrap(Throwable failure) {
		Throwable inner = failure;
		while ((inner instanceof CompletionException || inner instanceof ExecutionException)
				&& inner.getCause() != null) {
			inner = inner.getCause();
		}
		return inner;
	}

	static StreamException translate(String operation, Throwable failure) {
		Throwable cause = unwrap(failure);
		return switch (cause) {
			case StreamException known -> known;
			case RecordTooLargeException ex -> new InvalidEventException(
					"Kafka stores no event as large as this: " + operation + ": " + ex.getMessage(), ex);
			case AuthenticationException ex -> new FatalStreamException(
					"Kafka does not let this application in: " + operation + ": " + ex.getMessage(), ex);
			case AuthorizationException ex ->
				new FatalStreamException("Kafka does not allow it: " + operation + ": " + ex.getMessage(), ex);
			case UnsupportedAssignorException ex ->
				new FatalStreamException("The Kafka brokers do not have the assignor"
						+ " that this group needs (see group.consumer.assignors): " + operation + ": "
						+ ex.getMessage(), ex);
			case UnsupportedVersionException ex ->
				new FatalStreamException("The Kafka broker is too old: " + operation + ": " + ex.getMessage(), ex);
			default -> new RetriableException("Kafka did not do it: " + operation + ": " + cause.getMessage(), cause);
		};
	}

	/**
	 * What ended a transaction: something that would end it again, or a reason to begin
	 * anew from what is stored.
	 */
	static StreamException ofTransaction(String transactionalId, Throwable failure) {
		String message = "A transaction of " + transactionalId + " failed: " + failure.getClass().getSimpleName() + ": "
				+ failure.getMessage();
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
			switch (cause) {
				case RecordTooLargeException ex -> {
					return new FatalStreamException(message + ": " + ex.getMessage()
							+ ". No repetition stores it: emit or keep less at once, or raise doab.max-event-size"
							+ " and max.message.bytes of the topics", failure);
				}
				case AuthorizationException ex -> {
					return new FatalStreamException(message + ": " + ex.getMessage()
							+ ". Allow this application to write to its topics, to use its group and transactional ids"
							+ " that begin with 'doab-'", failure);
				}
				default -> cause = cause.getCause();
			}
		}
		return new FencedException(message, failure);
	}

	/**
	 * Whether the broker refused a transaction because the member has another epoch or is
	 * not in its group any more; it does not say which. Nothing was committed then.
	 */
	static boolean isStaleEpoch(Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
			if (cause instanceof CommitFailedException) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	/** Waits for an answer of the admin client. */
	static <T> T await(String operation, KafkaFuture<T> answer, long seconds) {
		try {
			return answer.get(seconds, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw translate(operation, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: " + operation, ex);
		}
	}

}
