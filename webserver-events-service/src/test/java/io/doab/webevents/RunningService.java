package io.doab.webevents;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.core.StringRedisTemplate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole service, on a Redis server of its own.
 */
public final class RunningService implements AutoCloseable {

	private static final String TOKEN = "token";

	private static final int PARTITIONS = 3;

	private final JsonMapper mapper = new JsonMapper();

	private final HttpClient client = HttpClient.newHttpClient();

	private final RedisServer redis;

	private final ConfigurableApplicationContext context;

	/**
	 * Starts both.
	 * @param folder where the server keeps its data
	 * @param settings properties of the service
	 */
	public RunningService(Path folder, String... settings) {
		this.redis = RedisServer.start(Ports.free(), folder);
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--management.server.port=0", "--doab.ingestion.token=" + TOKEN,
						"--spring.data.redis.host=127.0.0.1", "--spring.data.redis.port=" + this.redis.port()));
		for (String setting : settings) {
			arguments.add("--" + setting);
		}
		this.context = new SpringApplicationBuilder(WebEventsApplication.class).run(arguments.toArray(String[]::new));
	}

	public RedisServer redis() {
		return this.redis;
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/** Posts web events, with headers as names and values in turn. */
	public HttpResponse<String> post(String contentType, String body, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri("local.server.port", "/web-events"))
			.header("Authorization", "Bearer " + TOKEN)
			.header("Content-Type", contentType)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	/** What an endpoint of Actuator says. */
	public String actuator(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri("local.management.port", "/actuator/" + path)).build();
		return this.client.send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	private URI uri(String port, String path) {
		return URI.create("http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty(port) + path);
	}

	/** The payloads of a stream. */
	public List<JsonNode> events(String stream) {
		return entries(stream).stream()
			.map((entry) -> this.mapper.readTree(Objects.requireNonNull(entry.getValue().get("data")).toString()))
			.toList();
	}

	/** All that is stored of a stream, as text. */
	public String stored(String stream) {
		return entries(stream).toString();
	}

	private List<MapRecord<String, Object, Object>> entries(String stream) {
		List<MapRecord<String, Object, Object>> entries = new ArrayList<>();
		for (int partition = 0; partition < PARTITIONS; partition++) {
			entries.addAll(Objects.requireNonNull(bean(StringRedisTemplate.class).opsForStream()
				.range(stream + ":{P" + partition + "}", Range.unbounded())));
		}
		return entries;
	}

	@Override
	public void close() {
		this.context.close();
		this.redis.kill();
	}

}
