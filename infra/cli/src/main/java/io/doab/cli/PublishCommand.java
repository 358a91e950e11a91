package io.doab.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Publishes events.
 */
@Command(name = "publish",
		description = { "Publishes an event, or one for each line, and says where it was stored.",
				"Ends when the server has stored all of them." },
		footerHeading = "%nExamples:%n",
		footer = { "  doab publish orders --key 42 --type order.placed --data '{\"id\": \"42\"}'",
				"  doab publish orders --key 42 --file order.json", "  doab publish orders --lines < orders.ndjson",
				"  doab publish orders --lines --key-separator '\\t' < keys-and-orders.tsv",
				"  doab publish orders --key 42 --id 3f1c --data '{}'   again with the same id, if the answer was lost" })
final class PublishCommand extends StreamCommand {

	private static final int MAX_BYTES = 16 * 1024 * 1024;

	private final InputStream in;

	@Parameters(paramLabel = "STREAM", description = "A stream that is there")
	private String stream = "";

	@Option(names = { "-k", "--key" }, paramLabel = "KEY",
			description = "Events of one key keep their order; without one they go to the partitions in turn")
	private @Nullable String key;

	@Option(names = { "-t", "--type" }, paramLabel = "TYPE",
			description = "What happened; the stream's name when not given")
	private @Nullable String type;

	@Option(names = "--id", paramLabel = "ID", description = "The event's id; a random one when not given")
	private @Nullable String id;

	@Option(names = "--source", paramLabel = "URI", description = "Who says so; urn:doab:cli when not given")
	private URI source = URI.create("urn:doab:cli");

	@Option(names = { "-H", "--header" }, paramLabel = "NAME=VALUE", description = "A CloudEvents extension attribute")
	private Map<String, String> headers = new LinkedHashMap<>();

	@Option(names = "--content-type", paramLabel = "TYPE",
			description = "What the payload is; application/json when not given")
	private String contentType = "application/json";

	@ArgGroup
	private @Nullable Payload payload;

	@Option(names = "--key-separator", paramLabel = "TEXT",
			description = "With --lines: a line is a key, this, and the payload; \\t is a tab")
	private @Nullable String keySeparator;

	/**
	 * Creates the command.
	 * @param in what {@code --lines} reads
	 */
	PublishCommand(InputStream in) {
		this.in = in;
	}

	/** One of these. */
	static final class Payload {

		@Option(names = { "-d", "--data" }, paramLabel = "TEXT", description = "The payload")
		private @Nullable String data;

		@Option(names = { "-f", "--file" }, paramLabel = "FILE", description = "The file that is the payload")
		private @Nullable Path file;

		@Option(names = "--lines", description = "Each line of the standard input is a payload")
		private boolean lines;

	}

	@Override
	void run(Streams streams) throws IOException {
		Payload given = this.payload;
		if (given == null) {
			throw new IllegalArgumentException("Publish what? --data TEXT, --file FILE or --lines");
		}
		if (this.keySeparator != null && !given.lines) {
			throw new IllegalArgumentException("--key-separator is for --lines");
		}
		if (given.lines && (this.id != null || (this.key != null && this.keySeparator != null))) {
			throw new IllegalArgumentException(
					"--lines are many events: give no --id, and one of --key and --key-separator");
		}
		EventPublisher publisher = streams.publisher(this.stream);
		PublishedEvents published = new PublishedEvents(publisher, this.stream, out(), isJson());
		if (given.lines) {
			publishLines(published);
		}
		else {
			published.publishOne(event(this.key, data(given)));
		}
	}

	private void publishLines(PublishedEvents published) throws IOException {
		try {
			new LineEvents(new BufferedInputStream(this.in), MAX_BYTES, this.keySeparator)
				.forEach((line) -> published.publish(event((line.key() != null) ? line.key() : this.key, line.data())));
		}
		finally {
			published.settle();
		}
		published.tellCount();
	}

	private static byte[] data(Payload given) throws IOException {
		if (given.data != null) {
			return given.data.getBytes(StandardCharsets.UTF_8);
		}
		Path file = Objects.requireNonNull(given.file);
		if (Files.size(file) > MAX_BYTES) {
			throw new IllegalArgumentException(file + " has " + Files.size(file) + " bytes; the limit is " + MAX_BYTES);
		}
		return Files.readAllBytes(file);
	}

	private Event<byte[]> event(@Nullable String eventKey, byte[] data) {
		Event<byte[]> event = Event.of((this.type != null) ? this.type : this.stream, eventKey, data)
			.withSource(this.source)
			.withHeader("datacontenttype", this.contentType);
		for (Map.Entry<String, String> header : this.headers.entrySet()) {
			event = event.withHeader(header.getKey(), header.getValue());
		}
		return (this.id != null) ? event.withId(this.id) : event;
	}

}
