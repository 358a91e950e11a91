package io.doab.benchmarks.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests over some connections at once, each of which sends its next one when the
 * last is answered.
 */
final class LoadGenerator {

	private static final int ACCEPTED = 202;

	private final int port;

	private final int connections;

	LoadGenerator(int port, int connections) {
		this.port = port;
		this.connections = connections;
	}

	/**
	 * Sends all of them, each once.
	 * @return how many were answered with 202
	 */
	int send(List<byte[]> requests) throws InterruptedException, ExecutionException {
		AtomicInteger next = new AtomicInteger();
		AtomicInteger accepted = new AtomicInteger();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<?>> all = new ArrayList<>();
			for (int connection = 0; connection < this.connections; connection++) {
				all.add(threads.submit(() -> {
					send(requests, next, accepted);
					return null;
				}));
			}
			for (Future<?> one : all) {
				one.get();
			}
		}
		return accepted.get();
	}

	private void send(List<byte[]> requests, AtomicInteger next, AtomicInteger accepted) throws IOException {
		HttpConnection connection = new HttpConnection(this.port);
		try {
			for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
				if (connection.isOver()) {
					connection.close();
					connection = new HttpConnection(this.port);
				}
				if (connection.send(requests.get(i)) == ACCEPTED) {
					accepted.incrementAndGet();
				}
			}
		}
		finally {
			connection.close();
		}
	}

}
