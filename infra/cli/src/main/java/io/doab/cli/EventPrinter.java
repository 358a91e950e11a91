package io.doab.cli;

import java.io.PrintWriter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.Event;
import io.doab.stream.StoredEvent;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints events as they come: a line each, so that there is no end of them to wait for.
 */
final class EventPrinter {

	/** Wide enough for most of them; a longer one moves its line, and nothing is lost. */
	private static final String ROW = "%-4s %-20s %-24s %-24s %-20s %s%n";

	private static final String CONTENT_TYPE = "datacontenttype";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final PrintWriter out;

	private final boolean json;

	private final int dataWidth;

	private boolean begun;

	/**
	 * Creates a printer.
	 * @param dataWidth how much of a payload a line shows
	 */
	EventPrinter(PrintWriter out, boolean json, int dataWidth) {
		this.out = out;
		this.json = json;
		this.dataWidth = dataWidth;
	}

	/**
	 * Prints an event.
	 * @return whether there is anybody to read it
	 */
	boolean print(StoredEvent<byte[]> stored) {
		if (this.json) {
			this.out.println(MAPPER.writeValueAsString(fields(stored)));
		}
		else {
			if (!this.begun) {
				this.out.printf(ROW, "PART", "POSITION", "STORED", "TYPE", "KEY", "DATA");
				this.begun = true;
			}
			Event<byte[]> event = stored.event();
			String key = event.key();
			this.out.printf(ROW, stored.partition().partition(), stored.position(), stored.storedAt(),
					Text.printable(event.type()), (key != null) ? Text.printable(key) : "-", data(stored));
		}
		return !this.out.checkError();
	}

	private String data(StoredEvent<byte[]> stored) {
		byte[] data = stored.event().data();
		String text = Text.of(data).map(Text::printable).orElse("(" + data.length + " bytes)");
		String shown = (text.length() > this.dataWidth) ? text.substring(0, Math.max(0, this.dataWidth - 1)) + "…"
				: text;
		return (stored.defect() != null) ? shown + " (" + Text.printable(stored.defect()) + ")" : shown;
	}

	/** Where it is, and the event in the JSON format of CloudEvents. */
	private static Map<String, Object> fields(StoredEvent<byte[]> stored) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("stream", stored.partition().stream());
		fields.put("partition", stored.partition().partition());
		fields.put("position", stored.position().toString());
		fields.put("storedAt", stored.storedAt().toString());
		if (stored.defect() != null) {
			fields.put("defect", stored.defect());
		}
		fields.put("event", attributes(stored.event()));
		return fields;
	}

	private static Map<String, Object> attributes(Event<byte[]> event) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		attributes.put("specversion", "1.0");
		attributes.put("id", event.id());
		attributes.put("type", event.type());
		attributes.put("source", event.source().toString());
		attributes.put("time", event.time().toString());
		if (event.key() != null) {
			attributes.put("partitionkey", event.key());
		}
		attributes.putAll(event.headers());
		Object parsed = parsed(event.data());
		if (parsed != null) {
			attributes.put("data", parsed);
		}
		else {
			Text.of(event.data())
				.ifPresentOrElse((text) -> attributes.put("data", text),
						() -> attributes.put("data_base64", Base64.getEncoder().encodeToString(event.data())));
		}
		attributes.putIfAbsent(CONTENT_TYPE, (parsed != null) ? "application/json" : "application/octet-stream");
		return attributes;
	}

	private static @Nullable Object parsed(byte[] data) {
		try {
			return (data.length > 0) ? MAPPER.readTree(data) : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}
