package io.doab.stream.engine;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that is held for moments only. Whoever finds it taken looks a few times more
 * before the thread is parked: to park one and to wake it takes longer than what is
 * waited for.
 */
final class BriefLock extends ReentrantLock {

	private static final long serialVersionUID = 1L;

	/** About a microsecond, which is what a handler's effects take to be gathered. */
	private static final int LOOKS = 40;

	private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

	@Override
	public void lock() {
		for (int look = ALONE ? LOOKS : 0; look < LOOKS; look++) {
			if (tryLock()) {
				return;
			}
			Thread.onSpinWait();
		}
		super.lock();
	}

}
