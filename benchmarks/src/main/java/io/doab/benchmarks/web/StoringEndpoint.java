package io.doab.benchmarks.web;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.harness.Publication;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.doab.benchmarks.kafka.AtLeastOnceContender;
import io.doab.benchmarks.redis.LettuceContender;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import tools.jackson.databind.json.JsonMapper;

/**
 * What an endpoint costs that stores what it reads, written by hand: Spring MVC as for
 * {@link BareEndpoint}, and the client of the server. An event that is sent again after a
 * lost answer is stored twice on Redis; nothing is checked, nobody asked who he is, and
 * the number of a card is stored as it came.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({ BareEndpoint.Web.class, StoringEndpoint.Client.class })
@RestController
public class StoringEndpoint {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final int SECONDS = 10;

	private final Publishing.Sender sender;

	StoringEndpoint(Publishing.Sender sender) {
		this.sender = sender;
	}

	public static void main(String[] arguments) {
		SpringApplication.run(StoringEndpoint.class, arguments);
	}

	/** Takes a payment. */
	@PostMapping("/payments")
	@ResponseStatus(HttpStatus.ACCEPTED)
	public Map<String, String> accept(@RequestBody BareEndpoint.Payment payment) throws Exception {
		String id = UUID.randomUUID().toString();
		var stored = this.sender.send(id, payment.orderId(), JSON.writeValueAsBytes(payment)).toCompletableFuture();
		this.sender.flush();
		stored.get(SECONDS, TimeUnit.SECONDS);
		return Map.of("id", id, "stream", "payments");
	}

	/** The client, which many requests share. */
	@Configuration(proxyBeanMethods = false)
	static class Client {

		@Bean
		Publishing.Sender sender(@Value("${store.backend}") String backend, @Value("${store.address}") String address,
				@Value("${store.stream}") String stream, @Value("${store.partitions}") int partitions) {
			Task task = new Task(Workload.INGEST, backend, address, "", "", stream, partitions, 1, 0, 0, 0, 0,
					List.of(), new Publication(true, Publication.Acknowledged.LEADER));
			return backend.equals("redis") ? LettuceContender.sender(task) : AtLeastOnceContender.sender(task);
		}

	}

}
