package io.doab.webevents.tail;

import java.nio.file.Path;
import java.util.Objects;

import io.doab.stream.EventPublisher;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Reads the files of {@link TailProperties}. Without a folder for their state there are
 * none.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("web-events.tail.state-folder")
class TailConfiguration {

	@Bean
	Tails tails(TailProperties properties, EventPublisher publisher, MeterRegistry meters) {
		Path folder = Objects.requireNonNull(properties.stateFolder());
		return new Tails(properties.files()
			.stream()
			.map((log) -> new LogTail(log, properties, folder, publisher, new TailProgress(log.toString(), meters)))
			.toList());
	}

	@Bean
	TailHealthIndicator tailHealthIndicator(Tails tails) {
		return new TailHealthIndicator(tails);
	}

}
