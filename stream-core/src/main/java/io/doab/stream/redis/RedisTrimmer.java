package io.doab.stream.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.doab.stream.StreamDefinition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.GroupLoss;
import io.lettuce.core.ScriptOutputType;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the streams that this application declared to their retention and limits, and
 * knows what groups lost by that or by others. Every application does it; once suffices.
 * One stream that cannot be cut keeps no other from it.
 */
final class RedisTrimmer {

	private static final Logger logger = LoggerFactory.getLogger(RedisTrimmer.class);

	private final RedisNodes nodes;

	private final Duration interval;

	private final Set<StreamDefinition> streams = ConcurrentHashMap.newKeySet();

	/** By stream and partition, as they were found last. */
	private final Map<String, Map<String, Long>> losses = new ConcurrentHashMap<>();

	RedisTrimmer(RedisNodes nodes, Duration interval) {
		this.nodes = nodes;
		this.interval = interval;
	}

	void add(Collection<StreamDefinition> declared) {
		this.streams.addAll(declared);
	}

	/** What groups lost, over all partitions. */
	List<GroupLoss> losses() {
		return this.streams.stream().map(StreamDefinition::name).distinct().sorted().flatMap((stream) -> {
			Map<String, Long> byGroup = new HashMap<>();
			this.losses.forEach((key, ofKey) -> {
				if (key.startsWith(stream + ":{")) {
					ofKey.forEach((group, events) -> byGroup.merge(group, events, Long::sum));
				}
			});
			return byGroup.entrySet().stream().map((loss) -> new GroupLoss(loss.getKey(), stream, loss.getValue()));
		}).toList();
	}

	/** Goes over all streams once. Blocks. */
	void trim() {
		this.streams.forEach((stream) -> {
			try {
				trim(stream);
			}
			catch (RetriableException ex) {
				logger.debug("Stream {} is cut to its retention later", stream.name(), ex);
			}
			catch (RuntimeException ex) {
				logger.warn("Stream {} could not be cut to its retention; it is tried again in {}: {}", stream.name(),
						this.interval, ex.getMessage());
			}
		});
	}

	private void trim(StreamDefinition stream) {
		long oldest = Math.max(0, Instant.now().minus(stream.retention()).toEpochMilli());
		byte[][] words = { RedisLink.bytes(oldest + "-0"), RedisLink.bytes(stream.limits().maxEvents()),
				RedisLink.bytes(stream.limits().maxBytes()), RedisLink.bytes(stream.limits().hard() ? 1 : 0),
				RedisLink.bytes(stream.name()) };
		for (int partition = 0; partition < stream.partitions(); partition++) {
			String key = RedisKeys.stream(stream.name(), partition);
			RedisSession session = this.nodes.session(key);
			long all = 0;
			List<Object> reply;
			// A call removes so many at most, for none may keep the server long.
			do {
				reply = session.await("trim " + key, session.run(RedisScript.TRIM, ScriptOutputType.MULTI,
						new String[] { key, RedisKeys.lost(partition) }, words));
				all += (Long) reply.getFirst();
			}
			while ((Long) reply.get(1) == 1);
			note(key, reply.subList(2, reply.size()));
			if (all > 0) {
				logger.debug("Removed {} entries of {} by its retention", all, key);
			}
		}
	}

	private void note(String key, List<Object> found) {
		Map<String, Long> lost = new HashMap<>();
		for (int i = 0; i + 1 < found.size(); i += 2) {
			lost.put(RedisLink.text((byte[]) found.get(i)), (Long) found.get(i + 1));
		}
		Map<String, Long> before = this.losses.getOrDefault(key, Map.of());
		this.losses.put(key, lost);
		lost.forEach((group, events) -> {
			if (events > before.getOrDefault(group, 0L)) {
				logger.warn("Group {} has lost about {} events of {} so far: they were removed before it had done them,"
						+ " by a hard limit of the stream or by somebody else", group, events, key);
			}
		});
	}

}
