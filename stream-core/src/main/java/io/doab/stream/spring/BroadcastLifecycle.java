package io.doab.stream.spring;

import java.util.List;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.engine.Broadcasts;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the broadcasts before the web server, which may show what they gather, and stops
 * them after it.
 */
final class BroadcastLifecycle implements SmartLifecycle {

	/** That of the processors. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private final Broadcasts broadcasts;

	private final List<BroadcastDefinition> definitions;

	private volatile boolean running;

	BroadcastLifecycle(Broadcasts broadcasts, List<BroadcastDefinition> definitions) {
		this.broadcasts = broadcasts;
		this.definitions = List.copyOf(definitions);
	}

	@Override
	public void start() {
		this.broadcasts.start(this.definitions);
		this.running = true;
	}

	@Override
	public void stop() {
		this.broadcasts.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
