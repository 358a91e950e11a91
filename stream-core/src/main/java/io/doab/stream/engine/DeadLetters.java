package io.doab.stream.engine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.doab.stream.EventIds;
import io.doab.stream.HeldEvent;
import io.doab.stream.Origin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * What could not be processed, as it goes to the dead-letter stream of its input: the
 * stored event as it was, and where it came from and why beside it. The names are
 * CloudEvents extension attributes.
 *
 * <p>
 * A dead letter always fits: of a foreign event that is larger than what this application
 * may store, what is too much is left out and said to be; the event itself stays where
 * {@code dlstream}, {@code dlpartition} and {@code dlposition} say.
 */
final class DeadLetters {

	private static final int MAX_MESSAGE = 500;

	/** What streams store beyond the largest event, for what is said beside it. */
	private static final int ALLOWANCE = 32 * 1024;

	private final String group;

	private final Set<String> inputs;

	private final BackendPublisher.Partitions partitions;

	private final EngineTime time;

	private final int maxBytes;

	DeadLetters(String group, Set<String> inputs, BackendPublisher.Partitions partitions, EngineTime time,
			int maxEventBytes) {
		this.group = group;
		this.inputs = inputs;
		this.partitions = partitions;
		this.time = time;
		this.maxBytes = maxEventBytes + ALLOWANCE;
	}

	/** The dead letter of an event, for the partition of the same number. */
	Append of(Work.EventWork work, int partition, Exception cause) {
		return of(new StreamPartition(work.input.stream(), partition), work.record, work.attempts, work.firstFailure,
				cause);
	}

	/** The dead letter of a queue's event. When it failed first nobody knows. */
	Append of(QueueRecord delivery, Exception cause) {
		return of(delivery.partition(), delivery.record(), delivery.deliveryCount(), null, cause);
	}

	private Append of(StreamPartition origin, StreamRecord record, int attempts, @Nullable Instant firstFailure,
			Exception cause) {
		Map<String, String> told = new LinkedHashMap<>();
		told.put(EventCodec.ID, EventCodec.id(origin, record));
		tellPlace(told, origin.stream(), origin.partition());
		told.put("dlposition", record.position().toString());
		tell(told, attempts, firstFailure, cause);
		return append(origin.stream(), origin.partition(), withOrigin(record.event(), told));
	}

	/**
	 * The dead letter of a timer: an event without a payload, for the first input by
	 * name.
	 */
	Append of(Work.TimerWork work, int partition, Exception cause) {
		String name = this.group;
		Map<String, String> told = new LinkedHashMap<>();
		told.put(EventCodec.SPEC_VERSION, "1.0");
		told.put(EventCodec.ID,
				EventIds.derive("timer", name, work.timer.name(), work.timer.key(), work.due.toString()));
		told.put(EventCodec.TYPE, "doab.timer");
		told.put(EventCodec.SOURCE, "urn:doab:" + name);
		told.put(EventCodec.TIME, work.due.toString());
		told.put("dltimer", work.timer.name());
		tell(told, work, cause);
		return append(new TreeSet<>(this.inputs).first(), partition,
				new WireEvent(told, work.timer.key(), new byte[0]));
	}

	/** The dead letter of an event that was held. */
	Append of(HeldEvent held, Work.Refusal refusal) {
		Origin origin = held.origin();
		String stream = Objects.requireNonNull(origin.stream());
		Map<String, String> told = new LinkedHashMap<>();
		tellPlace(told, stream, origin.partition());
		told.put("dlposition", String.valueOf(origin.position()));
		tell(told, refusal.attempts(), refusal.firstFailure(), refusal.cause());
		return append(stream, origin.partition(), withOrigin(HeldEvents.wire(held), told));
	}

	/** Also of how many partitions it is one: they may be more when it goes back. */
	private void tellPlace(Map<String, String> told, String stream, int partition) {
		told.put("dlstream", stream);
		told.put("dlpartition", String.valueOf(partition));
		told.put("dlpartitions", String.valueOf(this.partitions.count(stream)));
	}

	private void tell(Map<String, String> told, Work work, Exception cause) {
		tell(told, work.attempts, work.firstFailure, cause);
	}

	private void tell(Map<String, String> told, int attempts, @Nullable Instant firstFailure, Exception cause) {
		String now = this.time.now().toString();
		told.put("dlgroup", this.group);
		told.put("dlexception", cause.getClass().getName());
		told.put("dlmessage", message(cause));
		told.put("dlattempts", String.valueOf(attempts));
		told.put("dlfirstfailure", (firstFailure != null) ? firstFailure.toString() : now);
		told.put("dllastfailure", now);
	}

	private WireEvent withOrigin(WireEvent original, Map<String, String> told) {
		Map<String, String> attributes = new LinkedHashMap<>();
		if (original.attributes().size() <= EventCodec.MAX_HEADERS) {
			attributes.putAll(original.attributes());
		}
		else {
			attributes.put("dlattributes", formEncoded(original.attributes()));
		}
		attributes.putAll(told);
		WireEvent whole = new WireEvent(attributes, original.key(), original.data());
		if (whole.size() <= this.maxBytes) {
			return whole;
		}
		told.put("dlomitted", "the event of " + original.size() + " bytes is larger than what may be stored");
		return new WireEvent(told, original.key(), new byte[0]);
	}

	/** More attributes than a backend can store by their names. */
	private static String formEncoded(Map<String, String> attributes) {
		return attributes.entrySet()
			.stream()
			.map((attribute) -> URLEncoder.encode(attribute.getKey(), StandardCharsets.UTF_8) + "="
					+ URLEncoder.encode(attribute.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
	}

	private static Append append(String stream, int partition, WireEvent event) {
		return new Append(new StreamPartition(StreamDefinition.deadLetterOf(stream), partition), event);
	}

	private static String message(Exception cause) {
		@Nullable String message = cause.getMessage();
		if (message == null) {
			return "";
		}
		return (message.length() > MAX_MESSAGE) ? message.substring(0, MAX_MESSAGE) + "…" : message;
	}

}
