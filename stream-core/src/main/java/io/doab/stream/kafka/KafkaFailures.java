package io.doab.stream.kafka;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;

import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a failure of the client or the broker means for the caller.
 */
final class KafkaFailures {

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
			case UnsupportedVersionException ex ->
				new FatalStreamException("The Kafka broker is too old: " + operation + ": " + ex.getMessage(), ex);
			default -> new RetriableException("Kafka did not do it: " + operation + ": " + cause.getMessage(), cause);
		};
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
