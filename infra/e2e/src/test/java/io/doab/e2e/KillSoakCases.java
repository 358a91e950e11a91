package io.doab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.doab.local.Backend;
import io.doab.local.LocalOptions;
import io.doab.local.LocalPlatform;
import io.doab.local.LocalSettings;
import io.doab.local.OwnershipWatch;
import io.doab.local.ServiceName;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances of payment-service are killed, stopped and paused at random while orders come
 * in: every event that was accepted comes out once, and in the order of its key.
 *
 * <p>
 * {@code doab.soak.minutes}, {@code doab.soak.rate} (events a second) and
 * {@code doab.soak.seed} (of the faults) set it. What it measured is printed, and stands
 * in {@code target/soak-<backend>.txt}.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KillSoakCases {

	private static final String RESULTS = "payments.processed";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** A result that comes twice may come late. */
	private static final Duration SETTLING = Duration.ofSeconds(3);

	private static final Duration TICK = Duration.ofMillis(250);

	private static final int MAX_PROBLEMS = 20;

	private final Backend backend;

	private final Path report;

	KillSoakCases(Backend backend) {
		this.backend = backend;
		this.report = Path.of("target", "soak-" + backend.label() + ".txt");
	}

	abstract Streams streams(LocalPlatform platform);

	@BeforeAll
	void forgetTheLastReport() throws IOException {
		Files.deleteIfExists(this.report);
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 4 })
	void everyAcceptedEventComesOutOnceAndInOrder(int instances) throws Exception {
		Duration time = Duration.ofSeconds(Math.round(60 * Double.parseDouble(setting("minutes", "5"))));
		int rate = Integer.parseInt(setting("rate", "50"));
		long seed = Long.parseLong(setting("seed", String.valueOf(System.nanoTime() & 0xFFFF)));
		say(String.format(Locale.ROOT, "%s, %d instances, %d s, %d events a second, seed %d", this.backend.label(),
				instances, time.toSeconds(), rate, seed));
		try (LocalPlatform platform = new LocalPlatform(options(instances), LocalSettings.onFreePorts(),
				Path.of(System.getProperty("doab.root")), (line) -> {
				})) {
			platform.start();
			soak(platform, time, rate, seed);
		}
	}

	private void soak(LocalPlatform platform, Duration time, int rate, long seed) throws Exception {
		SoakLedger ledger = new SoakLedger();
		OwnershipWatch ownership = new OwnershipWatch(platform.services());
		try (Streams streams = streams(platform); SoakTail tail = new SoakTail(streams.tail(RESULTS), ledger)) {
			SoakLoad load = new SoakLoad(platform, ledger, seed);
			load.start(rate);
			long began = System.nanoTime();
			SoakFaults faults = new SoakFaults(platform.services(ServiceName.PAYMENT), seed,
					(what) -> System.out.printf(Locale.ROOT, "[soak] %6.1f s  %-35s %s%n",
							(System.nanoTime() - began) / 1e9, what, String.join(" · ", ownership.tell())));
			long end = began + time.toNanos();
			eventually().atMost(time.plus(PATIENCE)).until(() -> {
				tail.requireWell();
				ownership.check();
				faults.tick();
				return System.nanoTime() >= end;
			});
			eventually().until(() -> {
				ownership.check();
				return faults.mend();
			});
			load.finish(PATIENCE);
			awaitResults(ledger, tail, streams);
			List<String> problems = new ArrayList<>(load.problems());
			problems.addAll(faults.problems());
			problems.addAll(ledger.problems());
			report(ledger, load, faults, ownership.moves(), problems);
			assertThat(problems).isEmpty();
			assertThat(faults.kills() + faults.stops() + faults.pauses()).isPositive();
		}
	}

	private void report(SoakLedger ledger, SoakLoad load, SoakFaults faults, long handOvers, List<String> problems)
			throws IOException {
		long now = System.nanoTime();
		say(String.format(Locale.ROOT, "  %,d events of %,d orders accepted; %,d requests were repeated",
				ledger.events(), ledger.orders(), load.repeated()));
		say(String.format(Locale.ROOT, "  %d kills, %d stops, %d pauses; %d hand-overs of a partition seen",
				faults.kills(), faults.stops(), faults.pauses(), handOvers));
		say(String.format(Locale.ROOT, "  longest gap in processing: %.1f s of a partition, %.1f s of all",
				ledger.longestGapOfAPartition(now).toMillis() / 1e3, ledger.longestGapOfAll(now).toMillis() / 1e3));
		say(problems.isEmpty() ? "  every event came out once, in the order of its key; none is missing"
				: "  FAILED: " + problems.size() + " problems, such as");
		for (String problem : problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS))) {
			say("    " + problem);
		}
	}

	/** As many as were accepted, and then whatever comes beside them. */
	private static void awaitResults(SoakLedger ledger, SoakTail tail, Streams streams) {
		long giveUp = System.nanoTime() + PATIENCE.toNanos();
		eventually().atMost(PATIENCE.multipliedBy(2)).until(() -> {
			tail.requireWell();
			return ledger.isEven() || System.nanoTime() > giveUp;
		});
		eventually().until(() -> {
			tail.requireWell();
			return (streams.lag("payment-service", "payments") == 0
					&& streams.lag("payment-service", "payments.fraud-verdicts") == 0) || System.nanoTime() > giveUp;
		});
		eventually().during(SETTLING).until(() -> {
			tail.requireWell();
			return true;
		});
	}

	private LocalOptions options(int instances) {
		return new LocalOptions(this.backend, false,
				Map.of(ServiceName.CONSOLE, 0, ServiceName.PAYMENT, instances, ServiceName.INVENTORY, 0,
						ServiceName.WEB_EVENTS, 0, ServiceName.DESTINATIONS, 0, ServiceName.SANDBOX, 0),
				Optional.empty());
	}

	private static String setting(String name, String standard) {
		String value = System.getProperty("doab.soak." + name, "");
		return value.isBlank() ? standard : value;
	}

	private void say(String line) throws IOException {
		System.out.println("[soak] " + line);
		Files.writeString(this.report, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(TICK);
	}

}
