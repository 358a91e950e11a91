package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.StartAt;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.GroupSpec;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to take the lease of a partition: asked for when it is created, so that
 * several are under way at once. For one thread.
 */
final class Acquisition {

	private static final Logger logger = LoggerFactory.getLogger(Acquisition.class);

	/** Who took the partition and has not given it up. */
	private static final String OWNER = "#owner";

	private final RedisGroupMember member;

	private final GroupSpec group;

	private final RedisSession session;

	private final int partition;

	private final String nonce;

	/** Whether this member has asked before and has not seen the answer. */
	private final boolean repeated;

	private final long asked = System.nanoTime();

	private final CompletableFuture<List<Object>> answer;

	private long freeInMillis;

	Acquisition(RedisGroupMember member, RedisSession session, int partition, String nonce, boolean repeated) {
		this.member = member;
		this.group = member.group();
		this.session = session;
		this.partition = partition;
		this.nonce = nonce;
		this.repeated = repeated;
		this.answer = ask();
	}

	private CompletableFuture<List<Object>> ask() {
		String name = this.group.group();
		List<String> keys = new ArrayList<>(List.of(RedisKeys.lease(name, this.partition),
				RedisKeys.epoch(name, this.partition), RedisKeys.checkpoint(name, this.partition)));
		this.group.inputs().forEach((input) -> keys.add(RedisKeys.stream(input, this.partition)));
		List<byte[]> words = new ArrayList<>(List.of(RedisLink.bytes(this.member.id()), RedisLink.bytes(this.nonce),
				RedisLink.bytes(this.member.leaseMillis()), RedisLink.bytes(name)));
		if (this.group.startAt() == StartAt.LATEST) {
			this.group.inputs().forEach((input) -> words.add(RedisLink.bytes(input)));
		}
		return this.session.run(RedisScript.ACQUIRE, ScriptOutputType.MULTI, keys.toArray(String[]::new),
				words.toArray(byte[][]::new));
	}

	int partition() {
		return this.partition;
	}

	/** Waits for the lease; null when it is another's. */
	@Nullable RedisPartitionLease await() {
		List<Object> reply = this.session.await("acquire partition " + this.partition + " of " + this.group.group(),
				this.answer);
		long epoch = (Long) reply.getFirst();
		if (epoch == 0) {
			this.freeInMillis = (Long) reply.get(1);
			return null;
		}
		List<?> lastIds = (List<?>) reply.get(1);
		Map<String, byte[]> stored = fields((List<?>) reply.get(2));
		List<?> gone = (List<?>) reply.get(3);
		Map<String, Checkpoint> checkpoints = new LinkedHashMap<>();
		for (int i = 0; i < this.group.inputs().size(); i++) {
			String input = this.group.inputs().get(i);
			checkpoints.put(input, checkpoint(RedisKeys.stream(input, this.partition), stored.get(input),
					Position.parse(text(lastIds.get(i))), (Long) gone.get(i)));
		}
		long lastNumber = Long.parseLong(text(stored.getOrDefault(RedisCheckpoints.COMMIT_NUMBER, RedisLink.bytes(0))));
		return new RedisPartitionLease(this.member, this.session, this.partition, epoch,
				this.member.id() + ":" + epoch + ":" + this.nonce, lastNumber, checkpoints,
				hasVanished(stored.get(OWNER)), this.asked);
	}

	/**
	 * Whether somebody else owned the partition and ended without giving it up. Where an
	 * earlier answer was not seen, this member is the last owner, and who was before it
	 * is not known: somebody who vanished, it is supposed.
	 */
	private boolean hasVanished(byte @Nullable [] owner) {
		return owner != null && (this.repeated || !RedisLink.text(owner).startsWith(this.member.id() + ":"));
	}

	/** When it is another's: after how long that lease ends, unless it is renewed. */
	long freeInNanos() {
		return TimeUnit.MILLISECONDS.toNanos(this.freeInMillis + 5);
	}

	/**
	 * Where the group is.
	 * @param gone how many entries were removed from the stream's beginning: one that
	 * begins at the first that is left has them behind it
	 */
	private Checkpoint checkpoint(String key, byte @Nullable [] stored, Position last, long gone) {
		if (stored == null) {
			return new Checkpoint(RedisEntries.BEGINNING, Set.of(), gone);
		}
		Checkpoint checkpoint = RedisCheckpoints.decode(stored);
		if (last.compareTo(checkpoint.prefix()) < 0) {
			logger.warn(
					"{}: stream {} ends at {}, before the checkpoint {}: it was rolled back or replaced. "
							+ "Processing resumes with its first entry",
					this.group.group(), key, last, checkpoint.prefix());
			return new Checkpoint(RedisEntries.BEGINNING, Set.of(), gone);
		}
		return checkpoint;
	}

	private static Map<String, byte[]> fields(List<?> flat) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		for (int i = 0; i + 1 < flat.size(); i += 2) {
			fields.put(text(flat.get(i)), (byte[]) flat.get(i + 1));
		}
		return fields;
	}

	private static String text(Object bytes) {
		return RedisLink.text((byte[]) bytes);
	}

}
