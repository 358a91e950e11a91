package io.doab.benchmarks.harness;

/**
 * Closes something when this process is interrupted: servers have sessions of their own,
 * so an interrupt typed at the terminal does not reach them.
 */
public final class AtInterrupt implements AutoCloseable {

	private final Thread hook;

	private AtInterrupt(Thread hook) {
		this.hook = hook;
	}

	/** Until it is closed itself. */
	public static AtInterrupt run(Runnable closing) {
		Thread hook = Thread.ofPlatform().unstarted(closing);
		Runtime.getRuntime().addShutdownHook(hook);
		return new AtInterrupt(hook);
	}

	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The hook runs: it does what is to be done.
		}
	}

}
