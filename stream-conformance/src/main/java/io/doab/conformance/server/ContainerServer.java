package io.doab.conformance.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.doab.servers.BreakableServer;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. Its ports are the same inside and outside and stay when it is
 * killed and started again, which ports that the engine chooses would not.
 */
public final class ContainerServer implements BreakableServer {

	private static final Duration START_LIMIT = Duration.ofSeconds(90);

	private final GenericContainer<?> container;

	private final BooleanSupplier serves;

	private ContainerServer(GenericContainer<?> container, BooleanSupplier serves) {
		this.container = container;
		this.serves = serves;
	}

	public static Builder of(String image) {
		return new Builder(image);
	}

	@Override
	public void kill() {
		engine().killContainerCmd(id()).exec();
	}

	@Override
	public void start() {
		engine().startContainerCmd(id()).exec();
		awaitServing();
	}

	@Override
	public void pause() {
		engine().pauseContainerCmd(id()).exec();
	}

	@Override
	public void resume() {
		engine().unpauseContainerCmd(id()).exec();
	}

	@Override
	public void close() {
		this.container.stop();
	}

	private void awaitServing() {
		Awaitility.await("container of " + this.container.getDockerImageName())
			.atMost(START_LIMIT)
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptions()
			.until(this.serves::getAsBoolean);
	}

	private DockerClient engine() {
		return this.container.getDockerClient();
	}

	private String id() {
		return this.container.getContainerId();
	}

	/** What a container is started with. */
	public static final class Builder {

		private final String image;

		private final List<String> command = new ArrayList<>();

		private final Map<String, String> environment = new LinkedHashMap<>();

		private final List<Integer> ports = new ArrayList<>();

		private Builder(String image) {
			this.image = image;
		}

		public Builder command(String... words) {
			this.command.addAll(Arrays.asList(words));
			return this;
		}

		public Builder environment(Map<String, String> variables) {
			this.environment.putAll(variables);
			return this;
		}

		/** Makes a port that the server listens on a port of this machine. */
		public Builder port(int port) {
			this.ports.add(port);
			return this;
		}

		/**
		 * Starts it and waits until it serves.
		 * @param serves asked again and again; an exception counts as no
		 */
		public ContainerServer start(BooleanSupplier serves) {
			GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(this.image))
				.withEnv(this.environment)
				.withCreateContainerCmdModifier(
						(created) -> created.withExposedPorts(this.ports.stream().map(ExposedPort::tcp).toList())
							.withHostConfig(HostConfig.newHostConfig().withPortBindings(bindings())));
			if (!this.command.isEmpty()) {
				container.withCommand(this.command.toArray(String[]::new));
			}
			container.start();
			ContainerServer server = new ContainerServer(container, serves);
			try {
				server.awaitServing();
			}
			catch (RuntimeException ex) {
				String logs = container.getLogs();
				server.close();
				throw new IllegalStateException(this.image + " does not serve. Its output:\n" + logs, ex);
			}
			return server;
		}

		private List<PortBinding> bindings() {
			return this.ports.stream()
				.map((port) -> new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(port)))
				.toList();
		}

	}

}
