package io.doab.local;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * What {@code ./run} starts: the platform, a table of what is where, and a line of status
 * every few seconds until it is stopped.
 *
 * <p>
 * Whatever ends the process (Ctrl-C, SIGTERM, a failure) goes through the shutdown hook,
 * which stops all in order and then halts with the status that the contract says.
 */
public final class LocalRun {

	private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

	private static final int STOPPED = 0;

	private static final int FAILED = 1;

	private static final int BAD_ARGUMENTS = 2;

	private static final Duration STATUS_PERIOD = Duration.ofSeconds(5);

	private static final Duration CHECK_PERIOD = Duration.ofMillis(500);

	private static final String DATABASE = "PostgreSQL";

	private static final int LOG_LINES = 20;

	private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private final LocalPlatform platform;

	private final LocalOptions options;

	private final AtomicInteger exitStatus = new AtomicInteger(STOPPED);

	private final AtomicBoolean stopping = new AtomicBoolean();

	private final CountDownLatch stop = new CountDownLatch(1);

	private volatile @Nullable DemoTraffic demo;

	private LocalRun(LocalOptions options, LocalSettings settings, Path root) {
		this.options = options;
		this.platform = new LocalPlatform(options, settings, root, this::progress);
	}

	public static void main(String[] args) {
		try {
			LocalOptions options = LocalOptions.parse(Arrays.asList(args));
			LocalSettings settings = LocalSettings.of(System.getenv());
			new LocalRun(options, settings, Path.of(System.getProperty("doab.root", "."))).run();
		}
		catch (UsageException ex) {
			System.err.println(ex.getMessage());
			System.exit(BAD_ARGUMENTS);
		}
	}

	private void run() {
		Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::shutDown));
		try {
			this.platform.start();
			new AddressTable(this.platform, this.out).print();
			if (this.options.demo()) {
				DemoTraffic traffic = new DemoTraffic(this.platform);
				this.demo = traffic;
				traffic.start();
			}
			watch();
		}
		catch (UsageException ex) {
			this.exitStatus.set(BAD_ARGUMENTS);
			this.out.println(ex.getMessage());
			System.exit(BAD_ARGUMENTS);
		}
		catch (RuntimeException ex) {
			fail(String.valueOf(ex.getMessage()), List.of());
		}
	}

	private void watch() {
		Supervisor supervisor = supervisor();
		OwnershipWatch ownership = new OwnershipWatch(this.platform.services());
		StatusLine status = new StatusLine(this.platform);
		long nextStatus = System.nanoTime() + STATUS_PERIOD.toNanos();
		while (!pause()) {
			String hopeless = supervisor.check(System.nanoTime());
			if (hopeless != null) {
				fail(hopeless + " died five times within a minute.", logOf(hopeless));
				return;
			}
			ownership.check();
			if (System.nanoTime() >= nextStatus) {
				nextStatus = System.nanoTime() + STATUS_PERIOD.toNanos();
				List<String> news = new ArrayList<>(ownership.tell());
				news.addAll(supervisor.report(System.nanoTime()));
				progress(status.next(news));
			}
		}
	}

	/** Starts on threads of their own: one that takes long holds up nothing else. */
	private Supervisor supervisor() {
		Supervisor supervisor = new Supervisor((start) -> Thread.ofPlatform().daemon().start(start));
		LocalServers servers = this.platform.servers();
		supervisor.watch(DATABASE, servers::isDatabaseAlive, servers::startDatabase);
		supervisor.watch(this.platform.backend().label(), servers::isBackendAlive, servers::startBackend);
		this.platform.services()
			.forEach((service) -> supervisor.watch(service.label(), service::isAlive,
					() -> this.platform.startService(service)));
		return supervisor;
	}

	private List<String> logOf(String name) {
		if (name.equals(DATABASE)) {
			return this.platform.servers().databaseLog(LOG_LINES);
		}
		return this.platform.services()
			.stream()
			.filter((service) -> service.label().equals(name))
			.findFirst()
			.map((service) -> service.logTail(LOG_LINES))
			.orElseGet(() -> this.platform.servers().backendLog(LOG_LINES));
	}

	private boolean pause() {
		try {
			return this.stop.await(CHECK_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private void fail(String what, List<String> log) {
		if (this.stopping.get()) {
			return;
		}
		this.exitStatus.set(FAILED);
		this.out.println();
		this.out.println("The run ends: " + what);
		log.forEach((line) -> this.out.println("  " + line));
		System.exit(FAILED);
	}

	private void shutDown() {
		this.stopping.set(true);
		this.stop.countDown();
		if (this.exitStatus.get() == STOPPED) {
			progress("Stopping …");
		}
		DemoTraffic traffic = this.demo;
		if (traffic != null) {
			traffic.close();
		}
		this.platform.close();
		if (this.exitStatus.get() == STOPPED) {
			progress("Stopped.");
		}
		Runtime.getRuntime().halt(this.exitStatus.get());
	}

	private void progress(String line) {
		this.out.println(LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + "  " + line);
	}

}
