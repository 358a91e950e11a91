package io.doab.stream.spi;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * One consumer of a queue. What it has taken is held for it, and renewed by it, until it
 * is settled or the member ends: nobody else gets it meanwhile. {@link #take} and
 * {@link #close} belong to one thread; the rest is for any.
 */
public interface QueueMember extends AutoCloseable {

	/**
	 * Takes events, as many as the bound leaves room for; none when none came in time.
	 * @throws RetriableException when the backend cannot be reached: take again after a
	 * pause. What is held stays held for as long as the visibility time lasts
	 * @throws FatalStreamException when taking again is of no use: close the member
	 */
	List<QueueRecord> take(Duration timeout);

	/**
	 * Whether a delivery is still this member's, as far as it knows. One that was lost
	 * is, or will be, delivered to another.
	 */
	boolean holds(QueueRecord delivery);

	/**
	 * Ends a delivery. Does not block. While the backend is away it waits; the delivery
	 * counts as in flight until it is confirmed.
	 * @return true when it took effect, false when the delivery was lost before. Fails
	 * with a {@link io.doab.stream.error.StreamException} when the backend refuses it:
	 * the delivery is still held
	 */
	CompletableFuture<Boolean> settle(QueueRecord delivery, Settlement settlement);

	/** Figures of this member since it began. */
	QueueFigures figures();

	/**
	 * Takes nothing more, gives back what nobody has seen, waits a moment for settlements
	 * to be confirmed, and leaves. What is held and not settled becomes visible to others
	 * when the visibility time is over.
	 */
	@Override
	void close();

}
