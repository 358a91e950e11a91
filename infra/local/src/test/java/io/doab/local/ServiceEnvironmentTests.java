package io.doab.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service is told where all is that it talks to, and the secrets that it needs, and no
 * other.
 */
class ServiceEnvironmentTests {

	private final LocalSettings settings = LocalSettings.of(Map.of("DOAB_API_TOKEN", "api-secret", "DOAB_CARD_KEY",
			"card-secret-of-16-characters", "DOAB_DB_PASSWORD", "database-secret", "DOAB_SMTP_PASSWORD", "mail-secret",
			"DOAB_CRM_TOKEN", "crm-secret", "DOAB_SANDBOX_PORT", "9999"));

	@TempDir
	@SuppressWarnings("NullAway.Init") // set by JUnit
	private Path folder;

	private Map<String, String> of(ServiceName service) {
		return new ServiceEnvironment(new LocalOptions(Backend.KAFKA, false, Map.of(), Optional.empty()), this.settings,
				this.folder)
			.of(service, 0);
	}

	private List<ServiceName> whoKnows(String secret) {
		List<ServiceName> knowing = new ArrayList<>(ServiceName.all());
		knowing.removeIf((service) -> !of(service).containsValue(secret));
		return knowing;
	}

	@Test
	void aSecretIsKnownToThoseWhoNeedIt() {
		assertThat(whoKnows("api-secret")).containsExactly(ServiceName.CONSOLE, ServiceName.PAYMENT,
				ServiceName.INVENTORY, ServiceName.WEB_EVENTS, ServiceName.DESTINATIONS);
		assertThat(whoKnows("card-secret-of-16-characters")).containsExactly(ServiceName.PAYMENT);
		assertThat(whoKnows("database-secret")).containsExactly(ServiceName.INVENTORY, ServiceName.DESTINATIONS);
		assertThat(whoKnows("crm-secret")).contains(ServiceName.SANDBOX).doesNotContain(ServiceName.PAYMENT);
	}

	@Test
	void theSandboxHasOnePort() {
		assertThat(of(ServiceName.SANDBOX)).containsEntry("DOAB_SANDBOX_PORT", "9999")
			.containsEntry("DOAB_SMTP_PORT", "8025")
			.doesNotContainKey("SERVER_PORT");
		assertThat(this.settings.managementPort(ServiceName.SANDBOX, 0)).isEqualTo(9999);
	}

	@Test
	void theConsoleKnowsAllInstancesThatHaveWhatItShows() {
		LocalOptions options = new LocalOptions(Backend.REDIS, true, Map.of(ServiceName.DESTINATIONS, 2),
				Optional.empty());
		assertThat(new ServiceEnvironment(options, this.settings, this.folder).of(ServiceName.CONSOLE, 0))
			.containsEntry("DOAB_DESTINATIONS_URL", "http://localhost:8084,http://localhost:8184")
			.containsEntry("SERVER_PORT", "8080")
			.doesNotContainKey("DOAB_BACKEND");
	}

	@Test
	void anInstanceOfAServiceHasPortsOfItsOwn() {
		ServiceEnvironment environment = new ServiceEnvironment(LocalOptions.of(Backend.REDIS), this.settings,
				this.folder);
		assertThat(environment.of(ServiceName.PAYMENT, 2)).containsEntry("SERVER_PORT", "8281")
			.containsEntry("MANAGEMENT_SERVER_PORT", "9281")
			.containsEntry("DOAB_BACKEND", "redis");
	}

}
