package io.doab.stream.engine;

import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * What could not be processed, as it goes to the dead-letter stream of its input: the
 * stored event as it was, and where it came from and why beside it. The names are
 * CloudEvents extension attributes.
 */
final class DeadLetters {

	private static final int MAX_MESSAGE = 500;

	private final String group;

	private final EngineTime time;

	DeadLetters(String group, EngineTime time) {
		this.group = group;
		this.time = time;
	}

	/** The dead letter of an event, for the partition of the same number. */
	Append of(Work.EventWork work, int partition, Exception cause) {
		WireEvent original = work.record.event();
		String stream = work.input.stream();
		Map<String, String> attributes = new LinkedHashMap<>(original.attributes());
		attributes.putIfAbsent(EventCodec.ID, EventCodec.id(new StreamPartition(stream, partition), work.record));
		attributes.put("dlstream", stream);
		attributes.put("dlpartition", String.valueOf(partition));
		attributes.put("dlposition", work.record.position().toString());
		attributes.put("dlgroup", this.group);
		attributes.put("dlexception", cause.getClass().getName());
		attributes.put("dlmessage", message(cause));
		attributes.put("dlattempts", String.valueOf(work.attempts));
		String now = this.time.now().toString();
		attributes.put("dlfirstfailure", (work.firstFailure != null) ? work.firstFailure.toString() : now);
		attributes.put("dllastfailure", now);
		return new Append(new StreamPartition(StreamDefinition.deadLetterOf(stream), partition),
				new WireEvent(attributes, original.key(), original.data()));
	}

	private static String message(Exception cause) {
		@Nullable String message = cause.getMessage();
		if (message == null) {
			return "";
		}
		return (message.length() > MAX_MESSAGE) ? message.substring(0, MAX_MESSAGE) + "…" : message;
	}

}
