package io.doab.benchmarks.web;

import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint costs that reads a payment and does nothing with it: Spring MVC on
 * virtual threads, as the services are, without security, validation or a stream.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(BareEndpoint.Web.class)
@RestController
public class BareEndpoint {

	public static void main(String[] arguments) {
		SpringApplication.run(BareEndpoint.class, arguments);
	}

	/** Takes a payment. */
	@PostMapping("/payments")
	@ResponseStatus(HttpStatus.ACCEPTED)
	public Map<String, String> accept(@RequestBody Payment payment) {
		return Map.of("id", payment.orderId(), "stream", "payments");
	}

	/** Spring MVC, and nothing else. */
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class,
			ErrorMvcAutoConfiguration.class })
	static class Web {

	}

	/** A payment as it is sent. */
	public record Payment(String orderId, @Nullable String type, Amount amount, @Nullable Customer customer,
			@Nullable Card card) {
	}

	/** What is paid. */
	public record Amount(String value, String currency) {
	}

	/** Who pays. */
	public record Customer(String id, @Nullable String email, @Nullable String country) {
	}

	/** What is paid with. */
	public record Card(String number, String expiry, @Nullable String holder) {
	}

}
