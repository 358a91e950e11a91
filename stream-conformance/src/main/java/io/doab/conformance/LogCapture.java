package io.doab.conformance;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * What is logged about one group while this is open.
 */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final Logger logger;

	private final String group;

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private LogCapture(Logger logger, String group) {
		this.logger = logger;
		this.group = group;
	}

	/** Of a logger and those below it: what names the group, or comes from its thread. */
	static LogCapture of(String logger, String group) {
		LogCapture capture = new LogCapture((Logger) LoggerFactory.getLogger(logger), group);
		capture.start();
		capture.logger.addAppender(capture);
		return capture;
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (event.getFormattedMessage().contains(this.group) || event.getThreadName().contains(this.group)) {
			this.events.add(event);
		}
	}

	/** Messages of level WARN and above. */
	List<String> warnings() {
		return this.events.stream()
			.filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
		stop();
	}

}
