package io.doab.stream.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.Item;
import io.doab.conformance.kafka.ConfiguredKafka;
import io.doab.conformance.server.SelfSignedCertificate;
import io.doab.servers.KafkaServer;
import io.doab.servers.Ports;
import io.doab.stream.DeadLetter;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.StreamBackend;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SASL over TLS, and the rights of {@code docs/kafka-acl.md}.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaAccessTests {

	private static final Path PAGE = Path.of("..", "docs", "kafka-acl.md");

	private static final String PASSWORD = "a-good-one";

	private static final KafkaSettings SETTINGS = new KafkaSettings(KafkaSettings.GroupProtocol.AUTO,
			Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofSeconds(2), 1024 * 1024);

	private SelfSignedCertificate certificate;

	private KafkaServer broker;

	private int securedPort;

	private int openPort;

	private Admin admin;

	@BeforeAll
	void startBroker(@TempDir Path folder) throws Exception {
		this.certificate = SelfSignedCertificate.create(folder);
		this.securedPort = Ports.free();
		int own = Ports.free();
		this.openPort = own;
		Map<String, String> configuration = new TreeMap<>(
				Map.of("listener.security.protocol.map", "CLIENTS0:PLAINTEXT,CLIENTS1:SASL_SSL,CONTROLLER:PLAINTEXT",
						"sasl.enabled.mechanisms", "PLAIN", "listener.name.clients1.plain.sasl.jaas.config",
						"org.apache.kafka.common.security.plain.PlainLoginModule required user_doab=\"" + PASSWORD
								+ "\";",
						"ssl.keystore.type", "PKCS12", "ssl.keystore.location", this.certificate.keyStore().toString(),
						"ssl.keystore.password", this.certificate.password(), "authorizer.class.name",
						"org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users", "User:ANONYMOUS"));
		this.broker = KafkaServer.start(
				List.of(new KafkaServer.Listener(own, own),
						new KafkaServer.Listener(this.securedPort, this.securedPort)),
				folder.resolve("kafka"), configuration);
		this.admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + own));
		this.admin.createAcls(rights()).all().get();
	}

	@AfterAll
	void stopBroker() {
		this.admin.close();
		this.broker.close();
	}

	/** The rows of the page's table: kind, name or prefix*, operations. */
	private static List<AclBinding> rights() throws IOException {
		List<AclBinding> bindings = new ArrayList<>();
		for (String line : Files.readAllLines(PAGE)) {
			String[] cells = line.split("\\|", -1);
			if (cells.length < 5 || !cells[1].strip().matches("TOPIC|GROUP|TRANSACTIONAL_ID|CLUSTER")) {
				continue;
			}
			String name = cells[2].strip().replace("`", "");
			PatternType pattern = (name.length() > 1 && name.endsWith("*")) ? PatternType.PREFIXED
					: PatternType.LITERAL;
			ResourcePattern resource = new ResourcePattern(ResourceType.valueOf(cells[1].strip()),
					(pattern == PatternType.PREFIXED) ? name.substring(0, name.length() - 1) : name, pattern);
			for (String operation : cells[3].strip().split(", ", -1)) {
				bindings.add(new AclBinding(resource, new AccessControlEntry("User:doab", "*",
						AclOperation.valueOf(operation.toUpperCase(Locale.ROOT)), AclPermissionType.ALLOW)));
			}
		}
		return bindings;
	}

	private StreamBackend connect(String password) {
		Map<String, String> properties = new TreeMap<>(Map.of("spring.kafka.bootstrap-servers",
				"localhost:" + this.securedPort, "spring.kafka.security.protocol", "SASL_SSL",
				"spring.kafka.properties.sasl.mechanism", "PLAIN", "spring.kafka.properties.sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"doab\" password=\""
						+ password + "\";",
				"spring.kafka.ssl.bundle", "kafka", "spring.ssl.bundle.pem.kafka.truststore.certificate",
				"file:" + this.certificate.certificate()));
		return ConfiguredKafka.connect(properties, SETTINGS);
	}

	private static ProcessorDefinition everything(String group) {
		return ProcessorDefinition.named(group).on("payments", Item.class, (event, context) -> {
			if (event.data().number() == 13) {
				throw new InvalidEventException("is not liked");
			}
			var count = context.state("count", Integer.class);
			count.put(count.get().orElse(0) + 1);
			context.emit("payments.processed", "copied", event.data());
			context.schedule("later", context.now().plusMillis(20));
		})
			.onTimer("later", (timer, context) -> context.emit("payments.processed", "fired", new Item(timer.key(), 0)))
			.state("count", Integer.class)
			.output("payments.processed")
			.deduplicate(Duration.ofHours(1))
			.build();
	}

	@Test
	void processorsRunUnderTheRightsOfThePage() {
		ProcessorDefinition definition = everything("payments");
		try (StreamBackend backend = connect(PASSWORD);
				Application app = new Application(backend, 3);
				Application second = new Application(connect(PASSWORD), 3)) {
			app.declare("payments", "payments.processed");
			app.start(definition);
			second.start(definition);
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThat(app.status("payments").state()).as("%s", app.status("payments").reason())
							.isEqualTo(ProcessorStatus.State.RUNNING));
			app.publish("payments", Item.events(300, 30));
			app.publish("payments", List.of(Item.event("bad", 13)));
			BackendCases.eventually().untilAsserted(() -> assertThat(deadLetters(app)).hasSize(1));
			DeadLetter dead = deadLetters(app).getFirst();
			app.deadLetters(3).discard("payments", dead.partition().partition(), dead.position());
			assertThat(backend.idempotencyWindow().claim("key", "one", Duration.ofMinutes(1)).join()).isEqualTo("one");
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.lag(definition)).containsEntry("payments", 0L));
			BackendStatus status = backend.status();
			assertThat(status.up()).isTrue();
			BackendCases.eventually().during(Duration.ofSeconds(3)).untilAsserted(() -> {
				assertThat(backend.status().warnings()).isEmpty();
				assertThat(app.status("payments").reason()).isNull();
			});
		}
	}

	@Test
	void aPauseIsHeededUnderTheRightsOfThePage() {
		StreamBackend open = ConfiguredKafka
			.connect(Map.of("spring.kafka.bootstrap-servers", "localhost:" + this.openPort), SETTINGS);
		try (Application administrator = new Application(open, 3);
				Application app = new Application(connect(PASSWORD), 3)) {
			app.declare("payments", "payments.processed");
			app.start(everything("payments"));
			BackendCases.eventually().until(() -> app.status("payments").partitions().size() == 3);
			administrator.admin().groups().pause("payments", "a test");
			BackendCases.eventually().until(() -> app.status("payments").state() == ProcessorStatus.State.PAUSED);
			administrator.admin().groups().resume("payments");
			BackendCases.eventually().until(() -> app.status("payments").partitions().size() == 3);
		}
	}

	@Test
	void whatMayNotBeReadIsSaidWithItsName() {
		try (Application app = new Application(connect(PASSWORD), 3)) {
			app.start(everything("not-allowed"));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status("not-allowed").reason()).contains("not-allowed")
					.containsIgnoringCase("authoriz"));
		}
	}

	@Test
	void whoIsNotLetInSaysWhy() {
		try (StreamBackend wrong = connect("wrong")) {
			BackendStatus status = wrong.status();
			assertThat(status.up()).isFalse();
			assertThat(status.details().get("reason")).contains("does not let this application in")
				.contains("Authentication failed")
				.doesNotContain("wrong");
		}
	}

	private static List<DeadLetter> deadLetters(Application app) {
		return IntStream.range(0, 3)
			.boxed()
			.flatMap((partition) -> app.deadLetters(3).list("payments", partition, null, 10).stream())
			.toList();
	}

}
