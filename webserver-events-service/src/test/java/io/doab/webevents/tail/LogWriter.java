package io.doab.webevents.tail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/**
 * A web server that writes its log, and who rotates it. Lines are numbered by their
 * paths.
 */
final class LogWriter {

	private static final int MAX_ROTATIONS = 60;

	private final Path log;

	private int written;

	LogWriter(Path log) {
		this.log = log;
	}

	/** How many lines were written. */
	int written() {
		return this.written;
	}

	static String line(int number) {
		return "203.0.113." + (number % 40) + " - - [17/May/2015:10:" + "%02d".formatted(number / 60 % 60) + ":"
				+ "%02d".formatted(number % 60) + " +0000] \"GET /" + number
				+ " HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 (X11)\"";
	}

	/** Writes the next lines. */
	LogWriter lines(int count) {
		return linesTo(this.log, count);
	}

	/** Writes the next lines to a file that the server has not let go of. */
	LogWriter linesTo(Path file, int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append(line(this.written++)).append('\n');
		}
		return textTo(file, text.toString().getBytes(StandardCharsets.UTF_8));
	}

	LogWriter text(String text) {
		return textTo(this.log, text.getBytes(StandardCharsets.UTF_8));
	}

	LogWriter textTo(Path file, byte[] bytes) {
		try {
			Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The file that so many rotations have made of the log. */
	Path rotated(int rotations) {
		return Path.of(this.log + "." + rotations);
	}

	/** Moves the log away, and those before it further on. */
	LogWriter rename() {
		try {
			makeRoom();
			Files.move(this.log, rotated(1));
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Lets an hour pass since what was rotated away was written. */
	LogWriter age(int rotations) {
		try {
			Files.setLastModifiedTime(rotated(rotations), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Copies the log away and empties it. */
	LogWriter copyAndTruncate() {
		return copy().truncate();
	}

	LogWriter copy() {
		try {
			makeRoom();
			Files.copy(this.log, rotated(1));
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	LogWriter truncate() {
		try {
			Files.write(this.log, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Compresses what was rotated away. */
	LogWriter compress(int rotations) {
		Path file = rotated(rotations);
		Path compressed = Path.of(file + ".gz");
		try {
			try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
				Files.copy(file, out);
			}
			Files.setLastModifiedTime(compressed, Files.getLastModifiedTime(file));
			Files.delete(file);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void makeRoom() throws IOException {
		for (int number = MAX_ROTATIONS; number > 0; number--) {
			for (String ending : new String[] { "", ".gz" }) {
				Path file = Path.of(rotated(number) + ending);
				if (Files.exists(file)) {
					Files.move(file, Path.of(rotated(number + 1) + ending), StandardCopyOption.REPLACE_EXISTING);
				}
			}
		}
	}

}
