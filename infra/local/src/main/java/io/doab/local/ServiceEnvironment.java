package io.doab.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables of each service: where all is that it talks to, and those
 * secrets that it needs.
 */
final class ServiceEnvironment {

	private final LocalOptions options;

	private final LocalSettings settings;

	private final SecretStore secrets;

	/**
	 * Takes what was asked for.
	 * @param folder of the run, where secrets are that outlast it
	 */
	ServiceEnvironment(LocalOptions options, LocalSettings settings, Path folder) {
		this.options = options;
		this.settings = settings;
		this.secrets = new SecretStore(folder.resolve("secrets"));
	}

	/** Those of one instance. */
	Map<String, String> of(ServiceName service, int instance) {
		Map<String, String> variables = new LinkedHashMap<>();
		if (ServiceName.ofStreams().contains(service)) {
			backend(variables);
		}
		switch (service) {
			case PAYMENT -> variables.put("DOAB_CARD_KEY", this.settings.cardKey(this.secrets));
			case INVENTORY -> database(variables, "DOAB_INVENTORY_DB_URL", "inventory");
			case WEB_EVENTS -> {
				// Nothing more.
			}
			case DESTINATIONS -> destinations(variables);
			case SANDBOX -> sandbox(variables);
		}
		if (service != ServiceName.SANDBOX) {
			variables.put("SERVER_PORT", String.valueOf(this.settings.port(service, instance)));
			variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(this.settings.managementPort(service, instance)));
		}
		return variables;
	}

	private void backend(Map<String, String> variables) {
		variables.put("DOAB_BACKEND", this.options.backend().label());
		variables.put("SPRING_DATA_REDIS_HOST", "localhost");
		variables.put("SPRING_DATA_REDIS_PORT", String.valueOf(this.settings.redisPort()));
		variables.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:" + this.settings.kafkaPort());
		variables.put("DOAB_API_TOKEN", this.settings.apiToken());
	}

	private void database(Map<String, String> variables, String urlVariable, String database) {
		variables.put("DOAB_DB_USER", LocalServers.USER);
		variables.put("DOAB_DB_PASSWORD", this.settings.databasePassword());
		variables.put(urlVariable, this.settings.databaseUrl(database));
	}

	private void destinations(Map<String, String> variables) {
		database(variables, "DOAB_DESTINATIONS_DB_URL", "destinations");
	}

	private void sandbox(Map<String, String> variables) {
		variables.put("DOAB_SANDBOX_PORT", String.valueOf(this.settings.port(ServiceName.SANDBOX, 0)));
		variables.put("DOAB_SMTP_PORT", String.valueOf(this.settings.smtpPort()));
		variables.put("DOAB_SMTP_USER", LocalSettings.SMTP_USER);
		variables.put("DOAB_SMTP_PASSWORD", this.settings.smtpPassword());
		variables.put("DOAB_CRM_TOKEN", this.settings.crmToken());
	}

}
