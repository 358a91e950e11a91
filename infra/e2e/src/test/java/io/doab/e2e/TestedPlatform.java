package io.doab.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

import io.doab.local.Backend;
import io.doab.local.LocalOptions;
import io.doab.local.LocalPlatform;
import io.doab.local.LocalSettings;

/**
 * A platform that runs, and what looks into it.
 *
 * @param results the database that destinations write
 * @param inventory the database of inventory-service
 * @param peers what the destinations talk to
 */
record TestedPlatform(Backend backend, LocalPlatform platform, Shop shop, Streams streams, Database results,
		Database inventory, Peers peers) implements AutoCloseable {

	/** Starts one and waits until all of it is well. */
	static TestedPlatform start(Backend backend, Function<LocalPlatform, Streams> streams) {
		long began = System.nanoTime();
		LocalPlatform platform = new LocalPlatform(LocalOptions.of(backend), LocalSettings.onFreePorts(),
				Path.of(System.getProperty("doab.root")), PlatformCases::say);
		try {
			platform.start();
		}
		catch (RuntimeException ex) {
			// Nobody stops what did not start.
			platform.close();
			throw ex;
		}
		PlatformCases.say("all is up after " + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
		return new TestedPlatform(backend, platform, new Shop(platform), streams.apply(platform),
				new Database(platform, "destinations"), new Database(platform, "inventory"), new Peers(platform));
	}

	@Override
	public void close() {
		this.streams.close();
		this.platform.close();
	}

}
