package io.doab.benchmarks.web;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection that stays open, with as little of HTTP/1.1 as a load generator needs:
 * on a machine that the server shares with it, what the generator costs is missing from
 * the server. Not for several threads.
 */
final class HttpConnection implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 30_000;

	private final Socket socket;

	private final InputStream in;

	private boolean last;

	HttpConnection(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setTcpNoDelay(true);
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		this.in = new BufferedInputStream(this.socket.getInputStream(), 8 * 1024);
	}

	/** A request with JSON as it goes over the connection. */
	static byte[] post(String path, String token, String body) {
		return post(path, "application/json", token, body);
	}

	/** A request as it goes over the connection. */
	static byte[] post(String path, String type, String token, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
				+ "\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + bytes.length + "\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] request = new byte[head.length + bytes.length];
		System.arraycopy(head, 0, request, 0, head.length);
		System.arraycopy(bytes, 0, request, head.length, bytes.length);
		return request;
	}

	/**
	 * Sends a request and reads its answer to the end.
	 * @return the status
	 */
	int send(byte[] request) throws IOException {
		this.socket.getOutputStream().write(request);
		String first = line();
		int status = Integer.parseInt(first.substring(9, 12));
		long length = 0;
		boolean chunked = false;
		for (String header = line(); !header.isEmpty(); header = line()) {
			String lower = header.toLowerCase(Locale.ROOT);
			if (lower.startsWith("content-length:")) {
				length = Long.parseLong(lower.substring(15).trim());
			}
			this.last |= lower.startsWith("connection:") && lower.endsWith("close");
			chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
		}
		if (chunked) {
			skipChunks();
		}
		else {
			this.in.skipNBytes(length);
		}
		return status;
	}

	/** Whether the server takes no more requests over it. */
	boolean isOver() {
		return this.last;
	}

	private void skipChunks() throws IOException {
		long size;
		do {
			size = Long.parseLong(line(), 16);
			this.in.skipNBytes(size);
			line();
		}
		while (size > 0);
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder(64);
		for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
			if (c < 0) {
				throw new EOFException("The server closed the connection");
			}
			if (c != '\r') {
				line.append((char) c);
			}
		}
		return line.toString();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
