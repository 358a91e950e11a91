package io.doab.local;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.doab.servers.Ports;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Ports and secrets: of the environment, or the defaults of the outer contract, or made
 * up.
 */
public final class LocalSettings {

	private static final SecureRandom RANDOM = new SecureRandom();

	static final String SMTP_USER = "doab";

	/** Ports of further instances of a service lie this far apart. */
	private static final int INSTANCE_STEP = 100;

	private final Map<String, String> environment;

	private final Map<String, Integer> ports = new LinkedHashMap<>();

	private final String apiToken;

	private final String databasePassword;

	private final String smtpPassword;

	private final String crmToken;

	private LocalSettings(Map<String, String> environment, IntSupplier freePort) {
		this.environment = Map.copyOf(environment);
		this.apiToken = secret("DOAB_API_TOKEN");
		this.databasePassword = secret("DOAB_DB_PASSWORD");
		this.smtpPassword = secret("DOAB_SMTP_PASSWORD");
		this.crmToken = secret("DOAB_CRM_TOKEN");
		add("DOAB_REDIS_PORT", 16379, freePort);
		add("DOAB_KAFKA_PORT", 19092, freePort);
		add("DOAB_POSTGRES_PORT", 15432, freePort);
		add("DOAB_SMTP_PORT", 8025, freePort);
		for (ServiceName service : ServiceName.all()) {
			add(service.portVariable(), service.defaultPort(), freePort);
			add(service.managementPortVariable(), service.defaultManagementPort(), freePort);
		}
	}

	/** Ports as the contract has them, each moved by its variable. */
	static LocalSettings of(Map<String, String> environment) {
		return new LocalSettings(environment, () -> 0);
	}

	/** Free ports, for a platform beside others. */
	public static LocalSettings onFreePorts() {
		return new LocalSettings(Map.of(), freePorts());
	}

	/** Gives free ports of which none is that of a further instance on another one. */
	public static IntSupplier freePorts() {
		Set<Integer> given = new HashSet<>();
		return () -> IntStream.generate(Ports::free)
			.filter((port) -> given.add(port % INSTANCE_STEP))
			.findFirst()
			.orElseThrow();
	}

	String apiToken() {
		return this.apiToken;
	}

	String databasePassword() {
		return this.databasePassword;
	}

	/** Where the results are. */
	String databaseUrl(String database) {
		return "jdbc:postgresql://localhost:" + postgresPort() + "/" + database;
	}

	/** What the mail box of the sandbox is opened with. */
	String smtpPassword() {
		return this.smtpPassword;
	}

	/** What the CRM of the sandbox asks for. */
	String crmToken() {
		return this.crmToken;
	}

	int smtpPort() {
		return port("DOAB_SMTP_PORT");
	}

	int redisPort() {
		return port("DOAB_REDIS_PORT");
	}

	int kafkaPort() {
		return port("DOAB_KAFKA_PORT");
	}

	int postgresPort() {
		return port("DOAB_POSTGRES_PORT");
	}

	int port(ServiceName service, int instance) {
		return port(service.portVariable()) + INSTANCE_STEP * instance;
	}

	int managementPort(ServiceName service, int instance) {
		return port(service.managementPortVariable()) + INSTANCE_STEP * instance;
	}

	/**
	 * A secret that must stay the same over runs with one data folder, or one made up.
	 */
	String cardKey(SecretStore store) {
		return this.environment.getOrDefault("DOAB_CARD_KEY", store.get("card-key", LocalSettings::random));
	}

	/** Likewise: without it the secrets of webhooks in the database are lost. */
	String webhookKey(SecretStore store) {
		return this.environment.getOrDefault("DOAB_WEBHOOK_KEY", store.get("webhook-key", LocalSettings::random));
	}

	/** What the webhooks to the sandbox are signed with, likewise. */
	String webhookSecret(SecretStore store) {
		return store.get("webhook-secret", () -> "whsec_"
				+ Base64.getEncoder().encodeToString((random() + random()).substring(0, 32).getBytes(UTF_8)));
	}

	/**
	 * Checks that nobody listens where the platform is going to.
	 * @throws UsageException naming the port and the variable that moves it
	 */
	void requireFree(String variable, int port, String what) {
		if (Ports.isTaken(port)) {
			throw new UsageException("Port " + port + " for " + what + " is taken. Stop what listens there, or set "
					+ variable + " to another port");
		}
	}

	private int port(String variable) {
		return this.ports.getOrDefault(variable, 0);
	}

	private void add(String variable, int standard, IntSupplier freePort) {
		String text = this.environment.get(variable);
		int free = freePort.getAsInt();
		int port = (free > 0) ? free : standard;
		if (text != null) {
			try {
				port = Integer.parseInt(text);
			}
			catch (NumberFormatException ex) {
				port = -1;
			}
			if (port < 1 || port > 65_535) {
				throw new UsageException(variable + "=" + text + " is no port: expected 1 to 65535");
			}
		}
		this.ports.put(variable, port);
	}

	private String secret(String variable) {
		String value = this.environment.get(variable);
		return (value != null && !value.isBlank()) ? value : random();
	}

	static String random() {
		byte[] bytes = new byte[16];
		RANDOM.nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

}
