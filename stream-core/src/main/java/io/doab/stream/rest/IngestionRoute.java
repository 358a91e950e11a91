package io.doab.stream.rest;

import java.util.Set;
import java.util.function.Function;

import io.doab.stream.Event;

import org.jspecify.annotations.Nullable;

/**
 * A path at which events of one stream are taken in. A bean of it is all that a service
 * needs.
 *
 * @param path where, such as {@code /payments}
 * @param stream the stream that the events go to
 * @param body the type of the JSON body, with constraints of Bean Validation
 * @param mapper makes the event of a body: type, key and payload. May throw
 * {@link RequestProblem}. Its time and source are replaced by what a CloudEvent brought;
 * its id always
 * @param types the types of event that the mapper makes: a CloudEvent that names one of
 * them must be of it, while any other name is its sender's own
 * @param lines reads a line of {@code text/plain}, or null when only JSON is taken. May
 * throw {@link RequestProblem}; the constraints of what it reads are checked
 */
public record IngestionRoute<T>(String path, String stream, Class<T> body, Function<T, Event<?>> mapper,
		Set<String> types, @Nullable Function<String, T> lines) {

	public IngestionRoute {
		types = Set.copyOf(types);
	}

	/** A path that takes JSON. */
	public static <T> IngestionRoute<T> of(String path, String stream, Class<T> body, Function<T, Event<?>> mapper) {
		return new IngestionRoute<>(path, stream, body, mapper, Set.of(), null);
	}

	/** The same path, of which it is known what types of event it takes. */
	public IngestionRoute<T> withTypes(String... names) {
		return new IngestionRoute<>(this.path, this.stream, this.body, this.mapper, Set.of(names), this.lines);
	}

	/** The same path, which takes lines of text as well. */
	public IngestionRoute<T> withLines(Function<String, T> reader) {
		return new IngestionRoute<>(this.path, this.stream, this.body, this.mapper, this.types, reader);
	}

}
