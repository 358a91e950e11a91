package io.doab.stream.engine;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Acknowledgement;
import io.doab.stream.Position;
import io.doab.stream.PublisherSettings;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;

/**
 * The appenders of one publisher: one for each acknowledgement that its streams ask for,
 * made when it is first needed.
 */
final class Publishing implements AutoCloseable {

	private final StreamBackend backend;

	private final PublisherSettings settings;

	private final Map<Acknowledgement, Appender> appenders = new EnumMap<>(Acknowledgement.class);

	Publishing(StreamBackend backend, PublisherSettings settings) {
		this.backend = backend;
		this.settings = settings;
	}

	CompletableFuture<@Nullable Position> append(Append append) {
		return appender(this.settings.acknowledgement(append.target().stream())).append(append);
	}

	/**
	 * Looks whether the backend gives every acknowledgement that is asked for. Blocks.
	 * @throws FatalStreamException when it does not
	 * @throws RetriableException when it cannot be reached
	 */
	void verify() {
		appender(this.settings.acknowledgement()).verify();
		this.settings.streams().values().forEach((acknowledgement) -> appender(acknowledgement).verify());
	}

	private synchronized Appender appender(Acknowledgement acknowledgement) {
		return this.appenders.computeIfAbsent(acknowledgement,
				(key) -> this.backend.appender(this.settings.withAcknowledgement(key)));
	}

	/** What is published afterwards opens them again. */
	@Override
	public void close() {
		List<Appender> open;
		synchronized (this) {
			open = List.copyOf(this.appenders.values());
			this.appenders.clear();
		}
		open.forEach(Appender::close);
	}

}
