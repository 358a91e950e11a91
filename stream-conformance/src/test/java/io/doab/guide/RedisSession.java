package io.doab.guide;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A connection to Redis that takes commands as they are typed into {@code redis-cli}, and
 * prints replies as that does. It is none of a client library, for these make something
 * of their own of {@code OK}, of {@code MULTI} and of what comes in between.
 */
final class RedisSession implements AutoCloseable {

	private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final Socket socket;

	private final InputStream in;

	RedisSession(int port) {
		try {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
			this.socket.setSoTimeout((int) LIMIT.toMillis());
			this.in = new BufferedInputStream(this.socket.getInputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sends a command and does not wait for the reply. */
	void send(String line) {
		List<String> words = words(line);
		StringBuilder request = new StringBuilder("*" + words.size() + "\r\n");
		words.forEach((word) -> request.append('$')
			.append(word.getBytes(StandardCharsets.UTF_8).length)
			.append("\r\n")
			.append(word)
			.append("\r\n"));
		try {
			this.socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The lines of the next reply. Waits for it. */
	List<String> receive() {
		try {
			String first = line();
			String text = first.substring(1);
			return switch (first.charAt(0)) {
				case '+' -> List.of(text);
				case '-' -> List.of("(error) " + text);
				case ':' -> List.of("(integer) " + text);
				case '$' -> List.of(text(Integer.parseInt(text)));
				case '*' -> array(Integer.parseInt(text));
				default -> throw new IllegalStateException("No reply of Redis: " + first);
			};
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<String> run(String line) {
		send(line);
		return receive();
	}

	private List<String> array(int size) {
		if (size <= 0) {
			return List.of((size < 0) ? "(nil)" : "(empty array)");
		}
		List<String> lines = new ArrayList<>();
		int width = String.valueOf(size).length();
		for (int i = 1; i <= size; i++) {
			List<String> element = receive();
			String number = " ".repeat(width - String.valueOf(i).length()) + i + ") ";
			lines.add(number + element.getFirst());
			element.stream().skip(1).map((line) -> " ".repeat(number.length()) + line).forEach(lines::add);
		}
		return lines;
	}

	private String text(int length) throws IOException {
		if (length < 0) {
			return "(nil)";
		}
		String text = new String(this.in.readNBytes(length), StandardCharsets.UTF_8);
		this.in.skipNBytes(2);
		return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
			if (c < 0) {
				throw new EOFException("Redis has closed the connection");
			}
			if (c != '\r') {
				line.append((char) c);
			}
		}
		return line.toString();
	}

	/** Whether somebody waits in a command that blocks. */
	boolean isSomebodyBlocked() {
		return Stream.of(run("INFO clients").getFirst().split("\r\n", -1)).anyMatch("blocked_clients:1"::equals);
	}

	/** Waits until the server's clock shows another millisecond. */
	void awaitNextMillisecond() {
		List<String> now = run("TIME");
		while (millisecond(run("TIME")).equals(millisecond(now))) {
			Thread.onSpinWait();
		}
	}

	/** Of seconds and microseconds within the second. */
	private static String millisecond(List<String> time) {
		return time.getFirst() + "." + Long.parseLong(time.getLast().replaceAll("2\\) |\"", "")) / 1_000;
	}

	private static List<String> words(String line) {
		List<String> words = new ArrayList<>();
		Matcher matcher = WORD.matcher(line);
		while (matcher.find()) {
			words.add((matcher.group(1) != null) ? matcher.group(1) : matcher.group(2));
		}
		return words;
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
