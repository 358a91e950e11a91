package io.doab.local;

import java.io.PrintStream;

/**
 * What a person is told once all is up: where what is, the secrets, and what to try.
 */
final class AddressTable {

	private final LocalPlatform platform;

	private final PrintStream out;

	AddressTable(LocalPlatform platform, PrintStream out) {
		this.platform = platform;
		this.out = out;
	}

	void print() {
		row("", "");
		this.platform.services().forEach(this::service);
		row(this.platform.backend().label(), this.platform.backendAddress());
		row("PostgreSQL", this.platform.databaseUrl("destinations") + " and /inventory, user "
				+ this.platform.databaseUser() + ", password " + this.platform.databasePassword());
		row("API token", this.platform.apiToken());
		row("logs", this.platform.folder().resolve("logs").toString());
		row("", "");
		row("Try", "curl -H 'Authorization: Bearer " + this.platform.apiToken()
				+ "' -H 'Content-Type: application/json' \\");
		row("", "  -d '{\"orderId\":\"1\",\"amount\":{\"value\":\"12.50\",\"currency\":\"GBP\"},"
				+ "\"card\":{\"number\":\"4242424242424242\",\"expiry\":\"2039-12\"}}' \\");
		row("", "  " + this.platform.service(ServiceName.PAYMENT).url() + "/payments");
		row("Stop", "Ctrl-C");
		row("", "");
	}

	private void service(ServiceInstance service) {
		row(service.label(), service.url() + switch (service.service()) {
			case CONSOLE -> "   <- look here";
			case SANDBOX -> "   /crm/events, /mail, /webhooks; SMTP at " + this.platform.smtpAddress();
			default -> "   management " + service.managementUrl() + "/health";
		});
	}

	private void row(String name, String value) {
		this.out.println(String.format("  %-28s%s", name, value).stripTrailing());
	}

}
