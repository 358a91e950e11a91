package io.doab.stream.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.doab.stream.DeadLetter;
import io.doab.stream.Origin;
import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link DeadLetters} writes, and makes the original event of it.
 */
final class DeadLetterCodec {

	private static final Set<String> TOLD = Set.of("dlstream", "dlpartition", "dlpartitions", "dlposition", "dltimer",
			"dlgroup", "dlexception", "dlmessage", "dlattempts", "dlfirstfailure", "dllastfailure");

	private final EventCodec codec;

	DeadLetterCodec(EventCodec codec) {
		this.codec = codec;
	}

	/** The dead letter of a record, also of one that somebody else wrote. */
	DeadLetter read(StreamPartition partition, StreamRecord record) {
		Map<String, String> attributes = record.event().attributes();
		WireEvent original = new WireEvent(original(attributes), record.event().key(), record.event().data());
		Origin origin = new Origin(attributes.get("dlstream"),
				number(attributes.get("dlpartition"), partition.partition()), position(attributes.get("dlposition")));
		return new DeadLetter(partition, record.position(),
				this.codec.fromWire(partition, new StreamRecord(record.position(), lenient(original), null),
						byte[].class),
				origin, attributes.get("dltimer"), attributes.getOrDefault("dlgroup", ""),
				attributes.getOrDefault("dlexception", ""), attributes.getOrDefault("dlmessage", ""),
				number(attributes.get("dlattempts"), 0), time(attributes.get("dlfirstfailure")),
				time(attributes.get("dllastfailure")), redrives(attributes));
	}

	/** Somebody else may have written anything. */
	private static @Nullable Position position(@Nullable String text) {
		try {
			return (text != null) ? Position.parse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * The event to append to its stream.
	 * @throws InvalidEventException when it cannot be given back
	 */
	WireEvent redriven(StreamRecord record, int maxRedrives) {
		Map<String, String> attributes = record.event().attributes();
		requireRedrivable(record, attributes);
		int redrives = redrives(attributes);
		if (redrives >= maxRedrives) {
			throw new InvalidEventException("The dead letter at " + record.position() + " was redriven " + redrives
					+ " times and failed each time; the limit is " + maxRedrives
					+ ". Mend what fails and raise doab.max-redrives, or discard it");
		}
		Map<String, String> back = original(attributes);
		back.put(DeadLetter.REDRIVE_COUNT_HEADER, String.valueOf(redrives + 1));
		back.put(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		return new WireEvent(back, record.event().key(), record.event().data());
	}

	private static void requireRedrivable(StreamRecord record, Map<String, String> attributes) {
		String why = null;
		if (attributes.containsKey("dltimer")) {
			why = "a timer failed, and no event: there is nothing to give back";
		}
		else if (!attributes.containsKey("dlstream") || !attributes.containsKey("dlpartition")) {
			why = "it does not say where it came from (attributes dlstream and dlpartition)";
		}
		else if (attributes.containsKey("dlomitted") || attributes.containsKey("dlattributes")) {
			why = "it does not hold the whole event, which was too large. The event stands at "
					+ attributes.get("dlposition") + " of partition " + attributes.get("dlpartition") + " of "
					+ attributes.get("dlstream") + " while that keeps it";
		}
		else if (record.defect() != null || attributes.containsKey("rawkey")) {
			why = "its key is no text, or it has no payload: it would fail again";
		}
		if (why != null) {
			throw new InvalidEventException("The dead letter at " + record.position() + " cannot be redriven: " + why);
		}
	}

	/** What was there before it became a dead letter. */
	private static Map<String, String> original(Map<String, String> attributes) {
		Map<String, String> original = new LinkedHashMap<>(attributes);
		original.keySet().removeAll(TOLD);
		return original;
	}

	/** A list shows also what no processor could decode. */
	static WireEvent lenient(WireEvent event) {
		Map<String, String> attributes = new LinkedHashMap<>(event.attributes());
		attributes.computeIfPresent(EventCodec.TIME, (name, time) -> isTime(time) ? time : null);
		attributes.computeIfPresent(EventCodec.SOURCE, (name, source) -> isUri(source) ? source : null);
		return new WireEvent(attributes, event.key(), event.data());
	}

	private static boolean isTime(String text) {
		return !time(text).equals(Instant.EPOCH);
	}

	private static boolean isUri(String text) {
		try {
			return !java.net.URI.create(text).toString().isEmpty();
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static int redrives(Map<String, String> attributes) {
		return number(attributes.get(DeadLetter.REDRIVE_COUNT_HEADER), 0);
	}

	static int number(@Nullable String text, int otherwise) {
		try {
			return (text != null) ? Integer.parseInt(text) : otherwise;
		}
		catch (NumberFormatException ex) {
			return otherwise;
		}
	}

	private static Instant time(@Nullable String text) {
		try {
			return (text != null) ? Instant.parse(text) : Instant.EPOCH;
		}
		catch (DateTimeException ex) {
			return Instant.EPOCH;
		}
	}

}
