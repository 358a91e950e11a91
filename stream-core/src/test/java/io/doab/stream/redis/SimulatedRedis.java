package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What the scripts of a group do to the keys of that group, and the transactions, with
 * times in milliseconds of the server's clock. {@link SimulatedRedisTests} compares it
 * with a server.
 */
final class SimulatedRedis {

	private final @Nullable Broken broken;

	private final Consumer<String> channel;

	/** Until when each is there. */
	private final Map<String, Long> members = new TreeMap<>();

	private String assignment = "";

	private final Partition[] partitions;

	SimulatedRedis(int partitions, @Nullable Broken broken, Consumer<String> channel) {
		this.broken = broken;
		this.channel = channel;
		this.partitions = new Partition[partitions];
		Arrays.setAll(this.partitions, (partition) -> new Partition());
	}

	/** The keys of a partition. */
	private static final class Partition {

		private @Nullable String lease;

		private long leaseEnds;

		private long epoch;

		private long number;

		/** Who took it and has not given it up. */
		private @Nullable String owner;

		/** Stands for all that a commit writes: the commit itself. */
		private long content;

		/** How often lease or checkpoint were changed. */
		private long changes;

		private @Nullable String lease(long now) {
			if (this.lease != null && now > this.leaseEnds) {
				this.lease = null;
				this.changes++;
			}
			return this.lease;
		}

		private Partition copy() {
			Partition copy = new Partition();
			copy.lease = this.lease;
			copy.leaseEnds = this.leaseEnds;
			copy.epoch = this.epoch;
			copy.number = this.number;
			copy.owner = this.owner;
			copy.content = this.content;
			copy.changes = this.changes;
			return copy;
		}

	}

	/** The answer to a heartbeat. */
	record Group(String assignment, long otherEndsIn, List<String> members) {
	}

	/**
	 * The answer to an acquisition.
	 *
	 * @param epoch 0 when the lease is another's
	 * @param freeIn when it is another's: ms until it ends
	 */
	record Grant(long epoch, long freeIn, long number, long content) {
	}

	/**
	 * What a connection watches of a partition since some time, and what it found then.
	 *
	 * @param changes how often it had been changed
	 */
	record Watched(@Nullable String lease, long number, long changes) {
	}

	/** What a replica has that has all of this. */
	SimulatedRedis copy(Consumer<String> channelOfCopy) {
		SimulatedRedis copy = new SimulatedRedis(this.partitions.length, this.broken, channelOfCopy);
		copy.members.putAll(this.members);
		copy.assignment = this.assignment;
		Arrays.setAll(copy.partitions, (partition) -> this.partitions[partition].copy());
		return copy;
	}

	/** FLUSHALL. */
	void flush() {
		this.members.clear();
		this.assignment = "";
		for (int i = 0; i < this.partitions.length; i++) {
			long changes = this.partitions[i].changes + 1;
			this.partitions[i] = new Partition();
			this.partitions[i].changes = changes;
		}
	}

	Group heartbeat(long now, String member, long millis, @Nullable String base, String proposal) {
		int changes = 0;
		for (Iterator<Long> ends = this.members.values().iterator(); ends.hasNext();) {
			if (ends.next() <= now) {
				ends.remove();
				changes++;
			}
		}
		if (millis == 0) {
			changes += (this.members.remove(member) != null) ? 1 : 0;
		}
		else {
			changes += (this.members.put(member, now + millis) == null) ? 1 : 0;
		}
		if (base != null && (base.equals(this.assignment) || this.broken == Broken.PROPOSAL_COMPARES_NO_ASSIGNMENT)) {
			this.assignment = proposal;
			changes++;
		}
		if (changes > 0) {
			this.channel.accept("changed");
		}
		long otherEndsIn = this.members.entrySet()
			.stream()
			.filter((entry) -> !entry.getKey().equals(member))
			.mapToLong((entry) -> entry.getValue() - now)
			.min()
			.orElse(-1);
		return new Group(this.assignment, otherEndsIn, new ArrayList<>(this.members.keySet()));
	}

	Grant acquire(long now, int partition, String member, String nonce, long millis) {
		Partition keys = this.partitions[partition];
		String present = keys.lease(now);
		long epoch = 0;
		if (present != null && present.endsWith(':' + nonce)) {
			epoch = Long.parseLong(present, present.indexOf(':') + 1, present.lastIndexOf(':'), 10);
		}
		else if (present != null && !present.startsWith(member + ':')
				&& this.broken != Broken.ACQUISITION_TAKES_WHAT_IS_HELD) {
			return new Grant(0, keys.leaseEnds - now, 0, 0);
		}
		if (epoch == 0) {
			epoch = ++keys.epoch;
		}
		keys.lease = member + ':' + epoch + ':' + nonce;
		keys.leaseEnds = now + millis;
		keys.owner = member + ':' + epoch;
		keys.changes++;
		return new Grant(epoch, 0, keys.number, keys.content);
	}

	long release(long now, int partition, String value) {
		Partition keys = this.partitions[partition];
		String present = keys.lease(now);
		if (!value.equals(present) && (present == null || this.broken != Broken.RELEASE_COMPARES_NO_LEASE)) {
			return 0;
		}
		keys.owner = null;
		keys.lease = null;
		keys.changes++;
		this.channel.accept(Integer.toString(partition));
		return 1;
	}

	long renew(long now, int partition, String value, long millis) {
		Partition keys = this.partitions[partition];
		String present = keys.lease(now);
		if (present == null && this.broken == Broken.RENEWAL_SETS_ANEW) {
			keys.lease = value;
		}
		else if (!value.equals(present)) {
			return 0;
		}
		keys.leaseEnds = now + millis;
		keys.changes++;
		return 1;
	}

	String commit(long now, int partition, String value, long millis, long number, long content) {
		Partition keys = this.partitions[partition];
		if (this.broken == Broken.DUPLICATE_COMPARES_NO_LEASE && keys.number == number) {
			return "DUP";
		}
		if (!value.equals(keys.lease(now)) && this.broken != Broken.COMMIT_COMPARES_NO_LEASE) {
			return "LOST";
		}
		if (this.broken != Broken.COMMIT_COMPARES_NO_NUMBER) {
			if (keys.number == number) {
				keys.leaseEnds = now + millis;
				keys.changes++;
				return "DUP";
			}
			if (keys.number != number - 1) {
				return "GAP";
			}
		}
		apply(keys, now + millis, number, content);
		return "OK";
	}

	/** WATCH, with what is found then. */
	Watched watch(long now, int partition) {
		Partition keys = this.partitions[partition];
		return new Watched(keys.lease(now), keys.number, keys.changes);
	}

	/** A commit as a transaction: whether it is applied. */
	boolean execute(long now, int partition, Watched watched, long millis, long number, long content) {
		Partition keys = this.partitions[partition];
		// So that a lease that ran out counts as changed.
		String _ = keys.lease(now);
		if (keys.changes != watched.changes() && this.broken != Broken.TRANSACTION_HEEDS_NO_CHANGE) {
			return false;
		}
		apply(keys, now + millis, number, content);
		return true;
	}

	private static void apply(Partition keys, long leaseEnds, long number, long content) {
		keys.number = number;
		keys.content = content;
		keys.leaseEnds = leaseEnds;
		keys.changes++;
	}

	/** DEL of the lease. */
	void deleteLease(int partition) {
		this.partitions[partition].lease = null;
		this.partitions[partition].changes++;
	}

	/** A member whose time is over, and that no script has met yet. */
	void expire(String member) {
		this.members.computeIfPresent(member, (name, ends) -> 0L);
	}

	@Nullable String lease(long now, int partition) {
		return this.partitions[partition].lease(now);
	}

	@Nullable String owner(int partition) {
		return this.partitions[partition].owner;
	}

	long epoch(int partition) {
		return this.partitions[partition].epoch;
	}

	/** The commit that was applied last, or 0. */
	long content(int partition) {
		return this.partitions[partition].content;
	}

	String assignment() {
		return this.assignment;
	}

}
