package io.doab.console;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the console.
 *
 * @param token what destinations-service asks for; set DOAB_API_TOKEN. No browser sees
 * it.
 * @param destinations where destinations-service is, several addresses when there are
 * several instances: any of them will do.
 * @param allowedHosts the names under which browsers may call this page. Others are
 * refused, so that no other site can have its name lead here.
 * @param silence after how long without a sign of life a stream is given up.
 */
@Validated
@ConfigurationProperties("console")
public record ConsoleProperties(@NotBlank(
		message = "is not set: give the environment variable DOAB_API_TOKEN the token of the services") String token,
		@NotEmpty List<URI> destinations, @DefaultValue( {
				"localhost", "127.0.0.1", "[::1]" }) @NotEmpty Set<String> allowedHosts,
		@DefaultValue("30s") Duration silence){

	public ConsoleProperties {
		destinations.forEach((address) -> {
			if (!"http".equals(address.getScheme()) && !"https".equals(address.getScheme())) {
				throw new IllegalArgumentException(
						"console.destinations: " + address + " is no address such as http://localhost:8084");
			}
		});
		if (!silence.isPositive()) {
			throw new IllegalArgumentException("console.silence must be longer than zero");
		}
	}

	@Override
	public String toString() {
		return "ConsoleProperties[token=***, destinations=" + this.destinations + "]";
	}

}
