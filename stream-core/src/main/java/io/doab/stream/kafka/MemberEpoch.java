package io.doab.stream.kafka;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

import org.jspecify.annotations.Nullable;

/**
 * The epoch of a member in its group, which goes with every commit and which the broker
 * compares. The thread that polls refreshes it; the thread that commits reads it.
 *
 * <p>
 * The consumer gets a new epoch only after it told the broker that it gave up what was to
 * be given up. So an epoch that was read here before a partition was found to be still
 * owned is one under which it was owned: the broker takes a commit of it, or refuses it
 * for a newer epoch.
 */
final class MemberEpoch {

	private final Consumer<?, ?> consumer;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private @Nullable ConsumerGroupMetadata current;

	MemberEpoch(Consumer<?, ?> consumer) {
		this.consumer = consumer;
	}

	/** Takes what the consumer has. For the thread that may use the consumer. */
	void refresh() {
		ConsumerGroupMetadata found = this.consumer.groupMetadata();
		// Who is in no group has -1 or 0: with -1 a broker takes what anyone commits to a
		// group without members.
		if (found.generationId() <= 0) {
			return;
		}
		this.lock.lock();
		try {
			if (!found.equals(this.current)) {
				this.current = found;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The present epoch.
	 * @throws IllegalStateException before there is one
	 */
	ConsumerGroupMetadata current() {
		this.lock.lock();
		try {
			if (this.current == null) {
				throw new IllegalStateException("Nothing is owned before the member is in its group");
			}
			return this.current;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Waits for another epoch than a stale one; returns whether there is one. */
	boolean awaitOther(ConsumerGroupMetadata stale, Duration limit) throws InterruptedException {
		long left = limit.toNanos();
		this.lock.lock();
		try {
			while (stale.equals(this.current)) {
				if (left <= 0) {
					return false;
				}
				left = this.changed.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

}
