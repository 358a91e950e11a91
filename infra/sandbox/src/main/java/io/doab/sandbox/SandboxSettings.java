package io.doab.sandbox;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Where the sandbox listens and which secrets its clients know.
 *
 * @param webhookSecret checks signatures of webhooks, or null when they are only shown
 * @param gatewayToken what the payment gateway asks for, or null when it takes everybody
 */
record SandboxSettings(String address, int port, int smtpPort, String crmToken, String smtpUser, String smtpPassword,
		@Nullable String webhookSecret, @Nullable String gatewayToken) {

	/**
	 * Reads environment variables.
	 * @throws IllegalArgumentException naming the variable that is missing or wrong
	 */
	static SandboxSettings of(Map<String, String> environment) {
		return new SandboxSettings(environment.getOrDefault("DOAB_SANDBOX_ADDRESS", "127.0.0.1"),
				port(environment, "DOAB_SANDBOX_PORT", 8090), port(environment, "DOAB_SMTP_PORT", 8025),
				secret(environment, "DOAB_CRM_TOKEN"), environment.getOrDefault("DOAB_SMTP_USER", "doab"),
				secret(environment, "DOAB_SMTP_PASSWORD"), environment.get("DOAB_WEBHOOK_SECRET"),
				environment.get("DOAB_GATEWAY_TOKEN"));
	}

	private static int port(Map<String, String> environment, String variable, int standard) {
		String text = environment.get(variable);
		if (text == null) {
			return standard;
		}
		try {
			int port = Integer.parseInt(text);
			if (port >= 0 && port <= 65_535) {
				return port;
			}
		}
		catch (NumberFormatException ex) {
			// Told below, with what is expected.
		}
		throw new IllegalArgumentException(variable + "=" + text + " is no port: expected 1 to 65535");
	}

	private static String secret(Map<String, String> environment, String variable) {
		String text = environment.get(variable);
		if (text == null || text.isBlank()) {
			throw new IllegalArgumentException(variable + " is not set: give it a random text that its clients know");
		}
		return text;
	}

	@Override
	public String toString() {
		return "SandboxSettings[" + this.address + ":" + this.port + ", smtp " + this.smtpPort + "]";
	}

}
