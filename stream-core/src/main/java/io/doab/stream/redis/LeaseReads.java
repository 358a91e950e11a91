package io.doab.stream.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.doab.stream.Position;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.StateKey;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;

/**
 * What the holder of a lease reads of its partition. State and timers belong to the lease
 * if the server says, after they were read, that the lease is still there: a member that
 * stood still or was cut off would else be told what the next owner has made of them
 * since. Does not block.
 */
final class LeaseReads {

	private final RedisSession session;

	private final String group;

	private final int partition;

	private final String lease;

	private final Supplier<FencedException> lost;

	/**
	 * Creates reads over a session.
	 * @param lost told when the lease is not there any more; what it gives is what the
	 * reader is told
	 */
	LeaseReads(RedisSession session, String group, int partition, String lease, Supplier<FencedException> lost) {
		this.session = session;
		this.group = group;
		this.partition = partition;
		this.lease = lease;
		this.lost = lost;
	}

	/** The value of each key, null where there is none. */
	CompletableFuture<List<byte @Nullable []>> state(List<StateKey> keys) {
		Map<String, List<Integer>> byState = new LinkedHashMap<>();
		List<byte @Nullable []> values = new ArrayList<>(keys.size());
		for (int i = 0; i < keys.size(); i++) {
			byState.computeIfAbsent(keys.get(i).state(), (state) -> new ArrayList<>()).add(i);
			values.add(null);
		}
		return whileHeld(() -> {
			List<CompletableFuture<Void>> reads = new ArrayList<>();
			byState.forEach((state,
					indexes) -> reads.add(this.session.commands()
						.hmget(RedisKeys.state(this.group, this.partition, state),
								indexes.stream().map((index) -> keys.get(index).key()).toArray(String[]::new))
						.toCompletableFuture()
						.thenAccept((found) -> {
							for (int i = 0; i < found.size(); i++) {
								KeyValue<String, byte[]> entry = found.get(i);
								values.set(indexes.get(i), entry.hasValue() ? entry.getValue() : null);
							}
						})));
			return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply((all) -> values);
		});
	}

	/** All entries of a state. */
	CompletableFuture<Map<String, byte[]>> allOf(String state) {
		return whileHeld(() -> this.session.commands()
			.hgetall(RedisKeys.state(this.group, this.partition, state))
			.toCompletableFuture());
	}

	/** The timers that are due, and when the next is. */
	CompletableFuture<DueTimers> dueTimers(Instant now, int limit) {
		return whileHeld(() -> this.session.commands()
			.zrangebyscoreWithScores(RedisKeys.timers(this.group, this.partition), Range.unbounded(),
					Limit.create(0, limit + 1))
			.toCompletableFuture()
			.thenApply((List<ScoredValue<byte[]>> first) -> RedisTimers.due(first, now, limit)));
	}

	/** The last position of each stream that has one. These are nobody's. */
	CompletableFuture<Map<String, Position>> ends(Collection<String> streams) {
		return whileConnected(() -> {
			Map<String, Position> ends = new ConcurrentHashMap<>();
			List<CompletableFuture<Void>> reads = new ArrayList<>();
			for (String stream : streams) {
				reads.add(this.session.commands()
					.xrevrange(RedisKeys.stream(stream, this.partition), Range.unbounded(), Limit.create(0, 1))
					.toCompletableFuture()
					.thenAccept((List<StreamMessage<String, byte[]>> last) -> last.stream()
						.findFirst()
						.ifPresent((entry) -> ends.put(stream, Position.parse(entry.getId())))));
			}
			return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply((all) -> ends);
		});
	}

	private <T> CompletableFuture<T> whileHeld(Supplier<CompletableFuture<T>> read) {
		return whileConnected(() -> read.get()
			.thenCombine(this.session.commands().get(RedisKeys.lease(this.group, this.partition)), (found, holder) -> {
				if (!Arrays.equals(RedisLink.bytes(this.lease), holder)) {
					throw this.lost.get();
				}
				return found;
			}));
	}

	private <T> CompletableFuture<T> whileConnected(Supplier<CompletableFuture<T>> read) {
		return this.session.isOpen() ? read.get()
				: CompletableFuture.failedFuture(new RetriableException("Not connected to Redis", null));
	}

}
