package io.doab.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
			case CONSOLE -> console(variables);
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

	/** The sandbox is where they lead; without one, mail, CRM and webhooks are off. */
	private void destinations(Map<String, String> variables) {
		database(variables, "DOAB_DESTINATIONS_DB_URL", "destinations");
		if (this.options.instances(ServiceName.SANDBOX) == 0) {
			return;
		}
		variables.put("SPRING_MAIL_HOST", "localhost");
		variables.put("SPRING_MAIL_PORT", String.valueOf(this.settings.smtpPort()));
		variables.put("SPRING_MAIL_USERNAME", LocalSettings.SMTP_USER);
		variables.put("SPRING_MAIL_PASSWORD", this.settings.smtpPassword());
		variables.put("DESTINATIONS_MAIL_FROM", "shop@example.com");
		// The sandbox takes more than a provider would.
		variables.put("DESTINATIONS_MAIL_RATE", "200");
		variables.put("DESTINATIONS_CRM_URL",
				"http://localhost:" + this.settings.port(ServiceName.SANDBOX, 0) + "/crm");
		variables.put("DESTINATIONS_CRM_TOKEN", this.settings.crmToken());
		variables.put("DOAB_WEBHOOK_KEY", this.settings.webhookKey(this.secrets));
		variables.put("DESTINATIONS_WEBHOOKS_ALLOWHTTP", "true");
		// So that one who watches sees a failed call come again.
		variables.put("DESTINATIONS_WEBHOOKS_RETRY_DELAYS", "1s,2s,5s,10s,30s,1m,5m,30m,2h,10h");
		variables.put("DESTINATIONS_WEBHOOKS_ALLOWEDNETWORKS", "127.0.0.0/8,::1");
	}

	/** Any instance will do, so it knows all of them. */
	private void console(Map<String, String> variables) {
		variables.put("DOAB_API_TOKEN", this.settings.apiToken());
		variables.put("DOAB_DESTINATIONS_URL",
				IntStream.range(0, Math.max(1, this.options.instances(ServiceName.DESTINATIONS)))
					.mapToObj((i) -> "http://localhost:" + this.settings.port(ServiceName.DESTINATIONS, i))
					.collect(Collectors.joining(",")));
	}

	private void sandbox(Map<String, String> variables) {
		variables.put("DOAB_SANDBOX_PORT", String.valueOf(this.settings.port(ServiceName.SANDBOX, 0)));
		variables.put("DOAB_SMTP_PORT", String.valueOf(this.settings.smtpPort()));
		variables.put("DOAB_SMTP_USER", LocalSettings.SMTP_USER);
		variables.put("DOAB_SMTP_PASSWORD", this.settings.smtpPassword());
		variables.put("DOAB_CRM_TOKEN", this.settings.crmToken());
		variables.put("DOAB_WEBHOOK_SECRET", this.settings.webhookSecret(this.secrets));
	}

}
