package io.doab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.spi.StreamBackend;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisCommandTests implements CommandCases, AdminCommandCases {

	private RedisServer server;

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = RedisServer.start(Ports.free(), folder);
		this.server.command("CONFIG", "SET", "requirepass", "secret-word");
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	private String url() {
		return "redis://:secret-word@localhost:" + this.server.port();
	}

	@Override
	public Shell shell() {
		return new Shell(Map.of("SPRING_DATA_REDIS_URL", url()));
	}

	@Override
	public StreamBackend connect() {
		return Backends.redis(url(), "");
	}

	@Test
	void whatConfiguresAnApplicationConfiguresThis(@TempDir Path folder) throws Exception {
		declare("configured");
		Path file = Files.writeString(folder.resolve("application.properties"),
				"doab.backend=redis\nspring.data.redis.url=" + url() + "\n");
		assertThat(new Shell(Map.of("DOAB_CONFIG", file.toString())).run("range", "configured").status()).isZero();
		assertThat(new Shell(Map.of()).run("range", "configured", "--config", file.toString()).status()).isZero();
		assertThat(new Shell(Map.of("SPRING_DATA_REDIS_URL", "redis://localhost:1"))
			.run("range", "configured", "--config", file.toString())
			.status()).as("the environment before the file").isEqualTo(1);
		assertThat(shell().run("range", "configured", "--redis-url", "redis://localhost:1").status())
			.as("an option before the environment")
			.isEqualTo(1);
	}

	@Test
	void aPasswordIsNotRepeated() {
		for (String url : new String[] { "redis://user:hidden-word@localhost:1", "redis//user:hidden-word@localhost:1",
				url().replace("secret-word", "hidden-word") }) {
			Shell.Result result = shell().run("range", "known", "--redis-url", url);
			assertThat(result.status()).isNotZero();
			assertThat(result.err()).startsWith("doab: ").doesNotContain("hidden-word");
		}
	}

	@Test
	void helpHasExamples() {
		assertThat(shell().run("--help").out()).contains("Examples:", "doab tail payments", "Exit status:");
		for (String command : new String[] { "tail", "range", "publish" }) {
			Shell.Result help = shell().run(command, "--help");
			assertThat(help.status()).isZero();
			assertThat(help.out()).contains("Examples:", "--redis-url", "--json", "doab " + command);
		}
	}

	@Test
	void nothingThatCommandsATerminalIsPrinted() {
		declare("evil");
		shell().run("publish", "evil", "--key", "a\u001b[31m", "--type", "t\u0007", "--data", "\u001b]0;title\u0007\n");
		assertThat(shell().run("range", "evil").lines().getLast())
			.contains("a\\u001b[31m", "\\u001b]0;title\\u0007\\u000a")
			.doesNotContain("\u001b", "\u0007");
	}

}
