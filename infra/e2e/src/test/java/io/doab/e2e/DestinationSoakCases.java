package io.doab.e2e;

import java.nio.file.Path;
import java.time.Duration;

import io.doab.local.Backend;
import io.doab.local.LocalOptions;
import io.doab.local.LocalPlatform;
import io.doab.local.LocalSettings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Destinations are slow, down and wrong for {@code doab.soak.minutes} minutes.
 */
@Tag("soak")
abstract class DestinationSoakCases {

	private final Backend backend;

	DestinationSoakCases(Backend backend) {
		this.backend = backend;
	}

	abstract Streams streams(LocalPlatform platform);

	@Test
	void destinationsThatAreSlowDownOrWrongForLongHoldUpNoOther() {
		Duration time = Duration
			.ofSeconds(Math.round(60 * Double.parseDouble(System.getProperty("doab.soak.minutes", "5"))));
		try (LocalPlatform platform = new LocalPlatform(LocalOptions.of(this.backend), LocalSettings.onFreePorts(),
				Path.of(System.getProperty("doab.root")), (line) -> {
				})) {
			platform.start();
			try (Streams streams = streams(platform)) {
				System.out.println(
						"[soak] " + this.backend.label() + ": "
								+ new DestinationFaults(new Shop(platform), streams,
										new Database(platform, "destinations"), new Peers(platform), "faults")
									.run(time));
			}
		}
	}

}
