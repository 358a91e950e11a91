package io.doab.conformance.redis;

import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.servers.TcpProxy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * A replica that follows through a proxy, which can hold it back.
 */
final class RedisStandby implements BackendFixture.Standby {

	private final RedisFixture fixture;

	private final TcpProxy replication;

	private final RedisNode replica;

	RedisStandby(RedisFixture fixture) {
		this.fixture = fixture;
		this.replication = TcpProxy.start(0, fixture.server().port());
		this.replica = RedisNode.launch("--repl-diskless-load", "on-empty-db");
		// Not on its command line: when it leads and is restarted it must not follow.
		this.replica.command("REPLICAOF", "127.0.0.1", String.valueOf(this.replication.port()));
	}

	@Override
	public void awaitInStep() {
		RedisClient client = RedisClient.create("redis://localhost:" + this.replica.port());
		try {
			RedisCommands<String, String> onReplica = client.connect().sync();
			// A write of its own after all others: where that has arrived, they have.
			String mark = "mark:" + System.nanoTime();
			this.fixture.commands().set(mark, new byte[1]);
			// It refuses to answer while it loads what it was sent.
			BackendCases.eventually()
				.ignoreException(RedisLoadingException.class)
				.until(() -> onReplica.exists(mark) == 1);
		}
		finally {
			client.shutdown();
		}
	}

	@Override
	public void fallBehind() {
		this.replication.refuse();
	}

	@Override
	public void takeOver() {
		this.replication.close();
		this.fixture.failOver(this.replica);
	}

}
