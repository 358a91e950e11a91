package io.doab.stream.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.Item;
import io.doab.conformance.redis.ConfiguredRedisConnector;
import io.doab.conformance.server.SelfSignedCertificate;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.DeadLetter;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * TLS with certificates on both sides, and the user of {@code docs/redis-acl.md}: what it
 * may do suffices, and all of it is used.
 */
class RedisAccessTests {

	private static final Path PAGE = Path.of("..", "docs", "redis-acl.md");

	private static final String PASSWORD = "a=good:one";

	/** What clients do whatever a user may. */
	private static final Set<String> FOR_EVERYBODY = Set.of("auth", "hello", "quit", "reset", "command");

	@TempDir
	private Path folder;

	private RedisServer server;

	private int tlsPort;

	private SelfSignedCertificate certificate;

	private RedisClient administrator;

	private RedisCommands<String, String> admin;

	@BeforeEach
	void startServer() throws IOException {
		this.certificate = SelfSignedCertificate.create(this.folder);
		this.tlsPort = Ports.free();
		this.server = RedisServer.start(Ports.free(), this.folder.resolve("redis"), "--tls-port",
				String.valueOf(this.tlsPort), "--tls-cert-file", this.certificate.certificate().toString(),
				"--tls-key-file", this.certificate.privateKey().toString(), "--tls-ca-cert-file",
				this.certificate.certificate().toString(), "--tls-auth-clients", "yes");
		this.administrator = RedisClient.create("redis://localhost:" + this.server.port());
		this.admin = this.administrator.connect().sync();
		setUser(rights());
	}

	@AfterEach
	void stopServer() {
		this.administrator.shutdown();
		this.server.close();
	}

	/** The command of the page, but for its first words. */
	private static List<String> rights() throws IOException {
		String page = Files.readString(PAGE);
		int begin = page.indexOf("ACL SETUSER doab");
		String command = page.substring(begin, page.indexOf("```", begin)).replace("PASSWORD", PASSWORD);
		return Arrays.stream(command.split("\\s+")).skip(3).toList();
	}

	private void setUser(List<String> rights) {
		String[] words = Stream.concat(Stream.of("ACL", "SETUSER", "doab", "reset"), rights.stream())
			.toArray(String[]::new);
		assertThat(this.server.command(words)).isEqualTo("+OK");
	}

	private StreamBackend connect(String password) {
		Map<String, String> properties = new TreeMap<>(Map.of("spring.data.redis.host", "localhost",
				"spring.data.redis.port", String.valueOf(this.tlsPort), "spring.data.redis.username", "doab",
				"spring.data.redis.password", password, "spring.data.redis.ssl.bundle", "redis"));
		properties.put("spring.ssl.bundle.pem.redis.truststore.certificate", "file:" + this.certificate.certificate());
		properties.put("spring.ssl.bundle.pem.redis.keystore.certificate", "file:" + this.certificate.certificate());
		properties.put("spring.ssl.bundle.pem.redis.keystore.private-key", "file:" + this.certificate.privateKey());
		return RedisStreamBackend.create(
				ConfiguredRedisConnector.connections(ConfiguredRedisConnector.address("", properties)),
				RedisSettings.defaults().withLeaseTime(Duration.ofSeconds(2)).withTrimInterval(Duration.ofMillis(200)));
	}

	private static ProcessorDefinition everything() {
		return ProcessorDefinition.named("everything").on("in", Item.class, (event, context) -> {
			if (event.data().number() == 13) {
				throw new InvalidEventException("is not liked", null);
			}
			var count = context.state("count", Integer.class);
			int before = count.get().orElse(0);
			if (before == 4) {
				count.remove();
			}
			else {
				count.put(before + 1);
			}
			context.emit("out", "copied", event.data());
			context.schedule("later", context.now().plusMillis(20));
		})
			.onTimer("later", (timer, context) -> context.emit("fired", "fired", new Item(timer.key(), 0)))
			.state("count", Integer.class)
			.output("out")
			.output("fired")
			.startAt(StartAt.LATEST)
			.deduplicate(Duration.ofHours(1))
			.build();
	}

	@Test
	void processorsRunUnderTheRightsOfThePageAndUseThemAll() throws IOException {
		this.admin.configResetstat();
		try (StreamBackend backend = connect(PASSWORD); Application app = new Application(backend, 3)) {
			app.declare("in", "out", "fired");
			// Long enough to be met, however long the start takes.
			this.admin.psetex("doab:everything:{P0}:lease", 3_000, "other:1:nonce");
			app.start(everything());
			BackendCases.eventually().until(() -> app.status("everything").partitions().size() == 3);
			try (Application second = new Application(connect(PASSWORD), 3)) {
				second.start(everything());
				BackendCases.eventually().until(() -> !second.status("everything").partitions().isEmpty());
			}
			// What it gets again is read at once, though a read waits for what it has.
			BackendCases.eventually().until(() -> app.status("everything").partitions().size() == 3);
			app.publish("in", Item.events(300, 30));
			app.publish("in", List.of(Item.event("bad", 13)));
			BackendCases.eventually().until(() -> deadLetters(app).size() == 1);
			DeadLetter dead = deadLetters(app).getFirst();
			app.deadLetters(3).discard("in", dead.partition().partition(), dead.position());
			backend.idempotencyWindow().claim("key", "fingerprint", Duration.ofMinutes(1)).join();
			backend.idempotencyWindow().claim("key", "other", Duration.ofMinutes(1)).join();
			BackendCases.eventually().untilAsserted(() -> assertThat(app.lag(everything())).containsEntry("in", 0L));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(
						IntStream.range(0, 3).mapToLong((i) -> this.admin.xlen("out:{P" + i + "}")).sum())
					.isEqualTo(300));
			// A partition is busy when it has committed some times without a rest.
			BackendCases.eventually().until(() -> {
				app.publish("in", Item.events(30, 30));
				return used().containsAll(Set.of("exec", "unwatch"));
			});
			BackendStatus status = backend.status();
			assertThat(status.up()).isTrue();
			assertThat(status.warnings()).isEmpty();
		}
		Set<String> granted = rights().stream()
			.filter((word) -> word.startsWith("+"))
			.map((word) -> word.substring(1))
			.collect(Collectors.toSet());
		assertThat(this.admin.aclLog()).as("what was refused").isEmpty();
		Set<String> used = used();
		assertThat(granted).as("rights of the page").isSubsetOf(used);
	}

	private static List<DeadLetter> deadLetters(Application app) {
		return IntStream.range(0, 3)
			.boxed()
			.flatMap((partition) -> app.deadLetters(3).list("in", partition, null, 10).stream())
			.toList();
	}

	/** The commands that were run, by whomever: this test itself needs few. */
	private Set<String> used() {
		return Pattern.compile("^cmdstat_([^:]+):calls=", Pattern.MULTILINE)
			.matcher(this.admin.info("commandstats"))
			.results()
			.map((MatchResult found) -> found.group(1))
			.filter((command) -> !FOR_EVERYBODY.contains(command))
			.collect(Collectors.toSet());
	}

	@Test
	void aRightThatACommitNeedsIsMissedBeforeACommitIsAppliedInPart() throws IOException {
		setUser(rights().stream().filter((right) -> !right.equals("+hdel")).toList());
		try (Application app = new Application(connect(PASSWORD), 3)) {
			app.declare("in", "out", "fired");
			app.start(everything());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status("everything").reason()).contains("may not HDEL")
					.contains("docs/redis-acl.md"));
			assertThat(app.status("everything").state()).isNotEqualTo(ProcessorStatus.State.RUNNING);
		}
	}

	@Test
	void anOutputThatMayBeReadOnlyLeavesNothingBehind() throws IOException {
		List<String> rights = Stream
			.concat(rights().stream().filter((right) -> !right.startsWith("~*")),
					Stream.of("~in:{P*}", "~out:{P*}", "%R~fired:{P*}"))
			.toList();
		setUser(rights);
		try (Application app = new Application(connect(PASSWORD), 3)) {
			app.start(ProcessorDefinition.named("two").on("in", Item.class, (event, context) -> {
				context.emit("out", "copied", event.data());
				context.emit("fired", "copied", event.data());
			}).output("out").output("fired").build());
			app.publish("in", List.of(Item.event("key", 0)));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status("two").reason()).contains("commit to partition")
					.contains("NOPERM"));
			assertThat(IntStream.range(0, 3).mapToLong((i) -> this.admin.xlen("out:{P" + i + "}")).sum()).isZero();
		}
	}

	@Test
	void whoIsNotLetInSaysWhy() throws IOException {
		try (StreamBackend wrong = connect("wrong")) {
			assertThat(wrong.status().up()).isFalse();
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(wrong.status().details().get("reason")).contains("WRONGPASS")
					.doesNotContain("wrong "));
		}
		setUser(rights().stream().filter((right) -> !right.startsWith("~doab")).toList());
		try (Application app = new Application(connect(PASSWORD), 3)) {
			assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> app.declare("in"))
				.withMessageContaining("NOPERM")
				.withMessageContaining("docs/redis-acl.md");
		}
	}

}
