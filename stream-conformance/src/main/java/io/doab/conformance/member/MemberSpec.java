package io.doab.conformance.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.doab.conformance.BackendConnector;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Delivery;
import io.doab.stream.spi.StreamBackend;

/**
 * What a member that is a process of its own does: it copies the items of one stream to
 * another. Written to and read from arguments of the form {@code name=value}.
 */
public final class MemberSpec {

	private static final String HALT_AT = "halt-at";

	private static final String HALT_ONCE_AT = "halt-once-at";

	private static final String HANDLER_MILLIS = "handler-millis";

	private static final String VISIBILITY = "visibility";

	private static final String DELIVERY_LIMIT = "delivery-limit";

	private final Map<String, String> values;

	private MemberSpec(Map<String, String> values) {
		this.values = values;
	}

	/**
	 * A member that copies.
	 * @param journal the file to which it adds the id of each event that it begins
	 */
	public static MemberSpec copying(BackendFixture fixture, String group, String in, String out, Path journal) {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("connector", fixture.connector().getName());
		values.put("address", fixture.address(Network.ONE));
		values.put("group", group);
		values.put("in", in);
		values.put("out", out);
		values.put("journal", journal.toString());
		return new MemberSpec(values);
	}

	/** It ends its process, as a crash would, in the handler of this event. */
	public MemberSpec haltingAt(String id) {
		return with(HALT_AT, id);
	}

	/** As {@link #haltingAt}, the first time only. */
	public MemberSpec haltingOnceAt(String id) {
		return with(HALT_ONCE_AT, id);
	}

	public MemberSpec delivering(Delivery delivery) {
		return with("delivery", delivery.name());
	}

	/**
	 * It is a consumer of a queue, one event at a time, which others see again after so
	 * long.
	 */
	public MemberSpec consumingQueue(Duration visibilityTime, int deliveryLimit) {
		return with(VISIBILITY, visibilityTime.toString()).with(DELIVERY_LIMIT, String.valueOf(deliveryLimit));
	}

	boolean isQueue() {
		return this.values.containsKey(VISIBILITY);
	}

	Duration visibilityTime() {
		return Duration.parse(get(VISIBILITY));
	}

	int deliveryLimit() {
		return Integer.parseInt(get(DELIVERY_LIMIT));
	}

	/** Its handler takes so long, with others at work meanwhile. */
	public MemberSpec handlingFor(int millis) {
		return with(HANDLER_MILLIS, String.valueOf(millis));
	}

	static MemberSpec parse(String[] arguments) {
		return new MemberSpec(Arrays.stream(arguments)
			.map((argument) -> argument.split("=", 2))
			.collect(
					Collectors.toMap((pair) -> pair[0], (pair) -> pair[1], (one, other) -> other, LinkedHashMap::new)));
	}

	List<String> arguments() {
		return this.values.entrySet().stream().map((entry) -> entry.getKey() + "=" + entry.getValue()).toList();
	}

	StreamBackend connect() {
		return BackendConnector.of(get("connector")).connect(get("address"));
	}

	/** The ids of the events that members with this journal began, in order. */
	public List<String> begun() {
		try {
			return Files.exists(journal()) ? Files.readAllLines(journal()) : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String group() {
		return get("group");
	}

	String in() {
		return get("in");
	}

	String out() {
		return get("out");
	}

	Path journal() {
		return Path.of(get("journal"));
	}

	boolean haltsAt(String id) {
		return id.equals(this.values.get(HALT_AT));
	}

	boolean haltsOnceAt(String id) {
		return id.equals(this.values.get(HALT_ONCE_AT));
	}

	Delivery delivery() {
		return Delivery.valueOf(this.values.getOrDefault("delivery", Delivery.ATOMIC.name()));
	}

	int handlerMillis() {
		return Integer.parseInt(this.values.getOrDefault(HANDLER_MILLIS, "0"));
	}

	private String get(String name) {
		return Objects.requireNonNull(this.values.get(name), name);
	}

	private MemberSpec with(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.values);
		more.put(name, value);
		return new MemberSpec(more);
	}

}
