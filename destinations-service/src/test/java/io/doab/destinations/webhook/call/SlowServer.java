package io.doab.destinations.webhook.call;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends an endless header, a byte every few milliseconds, so that no read ever times out.
 */
final class SlowServer implements AutoCloseable {

	private final ServerSocket listener;

	private final CountDownLatch closed = new CountDownLatch(1);

	private SlowServer(ServerSocket listener) {
		this.listener = listener;
		Thread.ofVirtual().start(this::serve);
	}

	static SlowServer start() throws IOException {
		return new SlowServer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
	}

	int port() {
		return this.listener.getLocalPort();
	}

	private void serve() {
		try (Socket client = this.listener.accept()) {
			client.getOutputStream().write("HTTP/1.1 200 OK\r\nx: ".getBytes(StandardCharsets.US_ASCII));
			while (!this.closed.await(5, TimeUnit.MILLISECONDS)) {
				client.getOutputStream().write('x');
			}
		}
		catch (IOException ex) {
			// The client left, as it should.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() throws IOException {
		this.closed.countDown();
		this.listener.close();
	}

}
