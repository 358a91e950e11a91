package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.FencedException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DonePositions;
import io.doab.stream.spi.PartitionReset;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScriptOutputType;

/**
 * Changes what is stored of one partition of a group, under the lease of whoever owns it.
 */
final class RedisReset {

	private static final int SCANNED_AT_ONCE = 1_000;

	private final RedisSession session;

	private final String group;

	private final int partition;

	private final String lease;

	RedisReset(RedisSession session, String group, int partition, String lease) {
		this.session = session;
		this.group = group;
		this.partition = partition;
		this.lease = lease;
	}

	CompletableFuture<Void> apply(PartitionReset reset) {
		return CompletableFuture.runAsync(() -> run(reset),
				(task) -> Thread.ofVirtual().name("doab-reset").start(task));
	}

	private void run(PartitionReset reset) {
		Map<String, Checkpoint> checkpoints = new LinkedHashMap<>(reset.checkpoints());
		List<String> keys = new ArrayList<>(
				List.of(RedisKeys.lease(this.group, this.partition), RedisKeys.checkpoint(this.group, this.partition)));
		checkpoints.keySet().forEach((stream) -> keys.add(RedisKeys.stream(stream, this.partition)));
		keys.addAll(removed(reset));
		List<byte[]> words = new ArrayList<>(
				List.of(RedisLink.bytes(this.lease), RedisLink.bytes(this.group), RedisLink.bytes(checkpoints.size())));
		checkpoints.forEach((stream, checkpoint) -> {
			words.add(RedisLink.bytes(stream));
			words.add(RedisLink.bytes(checkpoint.prefix().toString()));
			words.add(checkpoint.done().isEmpty() ? new byte[0] : DonePositions.encode(checkpoint.done()));
		});
		byte[] answer = this.session.await("reset partition " + this.partition + " of group " + this.group,
				this.session.<byte[]>run(RedisScript.RESET, ScriptOutputType.VALUE, keys.toArray(String[]::new),
						words.toArray(byte[][]::new)));
		if (!RedisLink.text(answer).equals("OK")) {
			throw new FencedException(
					"Partition " + this.partition + " of " + this.group + " is another's: nothing of it was reset",
					null);
		}
	}

	/**
	 * Which states a group has is nowhere but in the names of their keys: they are looked
	 * for among all, a few thousand at a time.
	 */
	private List<String> removed(PartitionReset reset) {
		String prefix = RedisKeys.state(this.group, this.partition, "");
		TreeSet<String> removed = new TreeSet<>();
		ScanArgs matching = ScanArgs.Builder.matches(prefix + "*").limit(SCANNED_AT_ONCE);
		KeyScanCursor<String> found = this.session.await("look for states", this.session.commands().scan(matching));
		while (true) {
			found.getKeys()
				.stream()
				.filter((key) -> reset.clears().test(key.substring(prefix.length())))
				.forEach(removed::add);
			if (found.isFinished()) {
				break;
			}
			found = this.session.await("look for states", this.session.commands().scan(found, matching));
		}
		List<String> keys = new ArrayList<>(removed);
		if (reset.clearsTimers()) {
			keys.add(RedisKeys.timers(this.group, this.partition));
		}
		return keys;
	}

}
