package io.doab.webevents.tail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Which log files are read as they grow; none by default.
 *
 * @param files the logs, as the web server writes them; each is read from its beginning.
 * @param stateFolder where the positions up to which they were read are kept: a folder
 * that outlives the process. Needed where there are files.
 * @param pollInterval how often it is looked whether a file has grown.
 * @param maxLineSize largest line that is taken; a larger one is passed over and counted.
 * @param maxInFlight how many lines of a file are under way to the backend.
 * @param rotatedFor how long a file that was rotated away is read on after that, and
 * after its last line, for servers go on writing to it for a while.
 */
@Validated
@ConfigurationProperties("web-events.tail")
record TailProperties(@DefaultValue List<Path> files, @Nullable Path stateFolder,
		@DefaultValue("250ms") Duration pollInterval, @DefaultValue("64KB") DataSize maxLineSize,
		@DefaultValue("500") @Min(1) @Max(10_000) int maxInFlight, @DefaultValue("10m") Duration rotatedFor) {

	private static final long LEAST_LINE_BYTES = 1_024;

	private static final long MOST_LINE_BYTES = 1_048_576;

	TailProperties {
		files = files.stream().map((file) -> file.toAbsolutePath().normalize()).toList();
		if (!files.isEmpty() && stateFolder == null) {
			throw new IllegalArgumentException("web-events.tail.state-folder is not set: web-events.tail.files needs a"
					+ " folder that outlives the process, to keep how far they were read");
		}
		if (new HashSet<>(files).size() < files.size()) {
			throw new IllegalArgumentException("web-events.tail.files names a file twice: each is read once");
		}
		if (maxLineSize.toBytes() < LEAST_LINE_BYTES || maxLineSize.toBytes() > MOST_LINE_BYTES) {
			throw new IllegalArgumentException(
					"web-events.tail.max-line-size is " + maxLineSize + ": it must be from 1KB to 1MB");
		}
		if (!pollInterval.isPositive() || rotatedFor.isNegative()) {
			throw new IllegalArgumentException(
					"web-events.tail.poll-interval must be above 0, and rotated-for not below");
		}
	}

}
