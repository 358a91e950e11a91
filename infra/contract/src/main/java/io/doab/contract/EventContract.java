package io.doab.contract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The events of {@code docs/contract}: which types each stream has, by the AsyncAPI
 * document, and what they look like. Safe for use by many threads.
 */
public final class EventContract {

	private final Map<String, Set<String>> types = new TreeMap<>();

	private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

	private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private EventContract(JsonNode document) {
		document.path("channels").properties().forEach((channel) -> {
			Set<String> of = new TreeSet<>();
			channel.getValue().path("messages").propertyNames().forEach(of::add);
			this.types.put(channel.getValue().path("address").asString(), of);
		});
	}

	/** The contract of this checkout. */
	public static EventContract load() {
		return new EventContract(new YAMLMapper().readTree(ContractFile.named("asyncapi.yaml").read()));
	}

	/** The types of event by stream. */
	public Map<String, Set<String>> types() {
		return this.types;
	}

	/**
	 * What is wrong with an event, in words, or nothing.
	 * @param stream where it is
	 * @param data its payload
	 */
	public List<String> problems(String stream, String type, String data) {
		Set<String> known = Optional.ofNullable(this.types.get(stream)).orElse(Set.of());
		if (!known.contains(type)) {
			return List.of("stream " + stream + " has no events of type " + type + " by asyncapi.yaml, only " + known);
		}
		return this.schemas.computeIfAbsent(type, this::schema)
			.validate(data, InputFormat.JSON)
			.stream()
			.map((error) -> type + error.getInstanceLocation() + ": " + error.getMessage())
			.toList();
	}

	private Schema schema(String type) {
		return this.registry.getSchema(ContractFile.named("events/" + type + ".json").read(), InputFormat.JSON);
	}

}
