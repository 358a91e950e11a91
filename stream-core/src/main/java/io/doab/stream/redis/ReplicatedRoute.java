package io.doab.stream.redis;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.stream.PublisherSettings;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * What so many replicas have as well is done: {@code WAIT}, on a connection of its own to
 * each server, since it holds up all that comes after it on its connection.
 */
final class ReplicatedRoute implements AppendRoute {

	private static final Pattern REPLICAS = Pattern.compile("^connected_slaves:(\\d+)", Pattern.MULTILINE);

	private final RedisNodes nodes;

	private final int replicas;

	private final long waitMillis;

	private final Map<RedisSession, ReplicatedRounds> rounds = new ConcurrentHashMap<>();

	ReplicatedRoute(RedisNodes nodes, RedisSettings settings, PublisherSettings publisher) {
		this.nodes = nodes;
		this.replicas = publisher.replicas();
		// The reply has to come before the client gives the command up, and before the
		// publisher does: to know that the leader has an event is better than not to.
		this.waitMillis = Math.max(1,
				Math.min(publisher.timeout().toMillis(), settings.commandTimeout().toMillis()) * 3 / 4);
	}

	/**
	 * A server that gets its first replica counts as another one from then on, which a
	 * second connection notices: so once more, with that one.
	 */
	@Override
	public void open(String key) {
		RedisSession session = this.nodes.session(key);
		try {
			open(session);
		}
		catch (RetriableException ex) {
			if (session.isOpen()) {
				throw ex;
			}
			open(this.nodes.session(key));
		}
	}

	private void open(RedisSession session) {
		if (!this.rounds.containsKey(session)) {
			this.rounds.keySet().removeIf((other) -> !other.isOpen());
			this.rounds.computeIfAbsent(session,
					(fresh) -> new ReplicatedRounds(fresh, this.replicas, this.waitMillis));
		}
	}

	@Override
	public <T> CompletableFuture<T> send(String key,
			Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		RedisSession session = this.nodes.current(key);
		ReplicatedRounds present = (session != null) ? this.rounds.get(session) : null;
		if (present == null) {
			throw AppendRoute.notConnected();
		}
		return present.add(command);
	}

	/**
	 * That each master has replicas.
	 * @throws FatalStreamException when one has fewer than are to be waited for
	 */
	@Override
	public void verify() {
		for (RedisSession master : this.nodes.masters()) {
			Matcher found = REPLICAS.matcher(master.await("look for replicas", master.commands().info("replication")));
			int present = found.find() ? Integer.parseInt(found.group(1)) : 0;
			if (present < this.replicas) {
				throw new FatalStreamException(
						"Acknowledgement ALL waits for " + this.replicas + " replica(s) and a Redis server has "
								+ present + ": nothing would ever be acknowledged. Attach replicas, or set"
								+ " doab.publisher.acknowledgement=leader",
						null);
			}
		}
	}

	@Override
	public void close() {
		this.rounds.values().forEach(ReplicatedRounds::close);
		this.rounds.clear();
	}

}
