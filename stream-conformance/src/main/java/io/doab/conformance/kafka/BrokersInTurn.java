package io.doab.conformance.kafka;

import io.doab.servers.BreakableServer;
import io.doab.servers.KafkaClusterServers;
import io.doab.servers.KafkaServer;

/**
 * Three brokers of which one is broken at a time, another one each time.
 */
final class BrokersInTurn implements BreakableServer {

	private final KafkaClusterServers servers;

	private int turn = -1;

	BrokersInTurn(KafkaClusterServers servers) {
		this.servers = servers;
	}

	@Override
	public void kill() {
		this.turn++;
		broken().kill();
	}

	@Override
	public void start() {
		broken().start();
	}

	@Override
	public void pause() {
		this.turn++;
		broken().pause();
	}

	@Override
	public void resume() {
		broken().resume();
	}

	@Override
	public void close() {
		this.servers.close();
	}

	private KafkaServer broken() {
		return this.servers.brokers().get(this.turn % this.servers.brokers().size());
	}

}
