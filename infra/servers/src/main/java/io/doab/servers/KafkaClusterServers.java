package io.doab.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.servers.KafkaServer.Listener;

/**
 * Three Kafka brokers that are controllers as well. Topics have three replicas, and what
 * is to be stored for good needs two. A broker that is gone is noticed within three
 * seconds.
 */
public final class KafkaClusterServers implements AutoCloseable {

	private static final Map<String, String> REPLICATED = Map.of("default.replication.factor", "3",
			"min.insync.replicas", "2", "offsets.topic.replication.factor", "3",
			"transaction.state.log.replication.factor", "3", "transaction.state.log.min.isr", "2",
			"share.coordinator.state.topic.replication.factor", "3", "share.coordinator.state.topic.min.isr", "2",
			"broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "500");

	private final List<KafkaServer> brokers;

	private KafkaClusterServers(List<KafkaServer> brokers) {
		this.brokers = List.copyOf(brokers);
	}

	/**
	 * Starts brokers and waits until all of them serve.
	 * @param listeners of each broker
	 * @param folder where they keep their data and logs
	 * @param configuration what is to be other than by default, of all of them
	 */
	public static KafkaClusterServers start(List<List<Listener>> listeners, Path folder,
			Map<String, String> configuration) {
		List<Integer> controllers = listeners.stream().map((each) -> Ports.free()).toList();
		String voters = numbered(controllers, "%1$d@localhost:%2$d");
		List<CompletableFuture<KafkaServer>> starts = IntStream.range(0, listeners.size()).mapToObj((i) -> {
			Map<String, String> all = new HashMap<>(REPLICATED);
			all.putAll(configuration);
			all.put("node.id", String.valueOf(i + 1));
			all.put(KafkaServer.VOTERS, voters);
			all.put("controller.quorum.bootstrap.servers", numbered(controllers, "localhost:%2$d"));
			return CompletableFuture.supplyAsync(() -> KafkaServer.startOneOf(listeners.get(i), controllers.get(i),
					folder.resolve("broker-" + (i + 1)), all), (task) -> Thread.ofVirtual().start(task));
		}).toList();
		List<KafkaServer> started = new ArrayList<>();
		CompletionException failure = null;
		for (CompletableFuture<KafkaServer> start : starts) {
			try {
				started.add(start.join());
			}
			catch (CompletionException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			started.forEach(KafkaServer::close);
			throw failure;
		}
		return new KafkaClusterServers(started);
	}

	private static String numbered(List<Integer> ports, String pattern) {
		return IntStream.range(0, ports.size())
			.mapToObj((i) -> pattern.formatted(i + 1, ports.get(i)))
			.collect(Collectors.joining(","));
	}

	/** In the order of their numbers, which begin with 1. */
	public List<KafkaServer> brokers() {
		return this.brokers;
	}

	/** All but one are killed first: a controller without the others ends slowly. */
	@Override
	public void close() {
		this.brokers.stream().skip(1).forEach(KafkaServer::kill);
		this.brokers.getFirst().kill();
	}

}
