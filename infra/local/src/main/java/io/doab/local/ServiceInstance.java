package io.doab.local;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.servers.ChildProcess;
import io.doab.servers.JavaRuntime;

import org.jspecify.annotations.Nullable;

/**
 * One instance of a service as a process of its own. Not for several threads, but for the
 * questions.
 */
public final class ServiceInstance {

	/** As in the images: one per processor, the default, can be too few (ADR 4). */
	public static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=16";

	private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(3);

	private static final Duration STOP_GRACE = Duration.ofSeconds(30);

	private final ServicePlan plan;

	private final HttpClient http;

	private volatile @Nullable ChildProcess process;

	private volatile boolean paused;

	ServiceInstance(ServicePlan plan, HttpClient http) {
		this.plan = plan;
		this.http = http;
	}

	public ServiceName service() {
		return this.plan.service();
	}

	/** What messages call it. */
	public String label() {
		return this.plan.label();
	}

	public URI url() {
		return URI.create("http://localhost:" + this.plan.port());
	}

	public URI managementUrl() {
		return URI.create("http://localhost:" + this.plan.managementPort() + "/actuator");
	}

	/** Starts the process, unless it runs. Does not wait for it to serve. */
	public void start() {
		start(Map.of());
	}

	/**
	 * Starts the process with further settings, unless it runs.
	 * @param more environment variables that win against those that it has otherwise
	 */
	public synchronized void start(Map<String, String> more) {
		if (!isAlive()) {
			Map<String, String> variables = new LinkedHashMap<>(this.plan.environment());
			variables.putAll(more);
			List<String> command = new ArrayList<>(
					List.of(JavaRuntime.executable(), "-Xmx" + service().heapMegabytes() + "m", "-XX:+UseSerialGC",
							"--enable-native-access=ALL-UNNAMED", CARRIERS));
			command.addAll(JavaRuntime.childOptions());
			command.addAll(List.of("-jar", this.plan.jar().toString()));
			this.paused = false;
			this.process = ChildProcess.start(label(), command, variables, log());
		}
	}

	/** Ends the process as a crash would. */
	public void kill() {
		ChildProcess current = this.process;
		if (current != null) {
			current.kill();
		}
	}

	/** Ends the process in good order, also one that is paused. */
	public void stop() {
		ChildProcess current = this.process;
		if (current != null) {
			resume();
			current.stop(STOP_GRACE);
		}
	}

	/** Stops the process in its tracks until {@link #resume()}. */
	public void pause() {
		ChildProcess current = this.process;
		if (current != null && current.isAlive()) {
			this.paused = true;
			current.pause();
		}
	}

	/** Lets it go on when it is paused. */
	public void resume() {
		ChildProcess current = this.process;
		if (current != null && current.isAlive() && this.paused) {
			current.resume();
		}
		this.paused = false;
	}

	public boolean isAlive() {
		ChildProcess current = this.process;
		return current != null && current.isAlive();
	}

	/**
	 * Asks what it owns of which streams. Does not block.
	 * @param limit how long it may take to begin its answer
	 */
	CompletableFuture<HttpResponse<String>> askStreams(Duration limit) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(managementUrl() + "/streams")).timeout(limit).build();
		return this.http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
	}

	/** Whether it says that it and all it needs are well. */
	public boolean isHealthy() {
		if (!isAlive()) {
			return false;
		}
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create(managementUrl() + "/health"))
				.timeout(HEALTH_TIMEOUT)
				.build();
			return this.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (java.io.IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	List<String> logTail(int lines) {
		ChildProcess current = this.process;
		return (current != null) ? current.logTail(lines) : List.of();
	}

	public Path log() {
		return this.plan.log();
	}

}
