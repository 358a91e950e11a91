package io.doab.contract;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.assertj.core.api.Assertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/**
 * Holds the OpenAPI document of a service to the endpoints that it has.
 */
public final class EndpointContract {

	private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

	private final String name;

	private final JsonNode document;

	private EndpointContract(String name, JsonNode document) {
		this.name = name;
		this.document = document;
	}

	/** The contract in {@code docs/contract/openapi/<service>.yaml}. */
	public static EndpointContract of(String service) {
		ContractFile file = ContractFile.named("openapi/" + service + ".yaml");
		return new EndpointContract(file.toString(), new YAMLMapper().readTree(file.read()));
	}

	/**
	 * The document has these operations and no other.
	 * @param operations each a method and a path, as {@code POST /payments}
	 */
	public void requireOperations(Set<String> operations) {
		Assertions.assertThat(documented())
			.as("the operations of %s, compared with those of the code", this.name)
			.containsExactlyInAnyOrderElementsOf(operations);
	}

	/**
	 * The document has these operations below a path and no other.
	 * @param path with which the paths of all begin
	 */
	public void requireOperations(String path, Set<String> operations) {
		Assertions.assertThat(documented().stream().filter((operation) -> operation.contains(" " + path)).toList())
			.as("the operations of %s below %s, compared with those of the code", this.name, path)
			.containsExactlyInAnyOrderElementsOf(operations);
	}

	/** Every operation of the document is below one of these paths. */
	public void requirePaths(String... paths) {
		Assertions.assertThat(documented())
			.as("the operations of %s", this.name)
			.allMatch((operation) -> Arrays.stream(paths).anyMatch((path) -> operation.contains(" " + path)));
	}

	/** Every answer that is no success is documented as a problem of RFC 9457. */
	public void requireProblemsForErrors() {
		this.document.path("paths").properties().forEach((path) -> operations(path.getValue()).forEach((operation) -> {
			JsonNode responses = operation.getValue().path("responses");
			Assertions.assertThat(responses.propertyNames())
				.as("%s %s tells of a success, and of a missing token", operation.getKey(), path.getKey())
				.contains("401")
				.anyMatch((status) -> status.startsWith("2"));
		}));
	}

	private Set<String> documented() {
		Set<String> found = new TreeSet<>();
		this.document.path("paths")
			.properties()
			.forEach((path) -> operations(path.getValue())
				.forEach((operation) -> found.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
		return found;
	}

	private static Stream<Map.Entry<String, JsonNode>> operations(JsonNode path) {
		return path.properties().stream().filter((entry) -> METHODS.contains(entry.getKey()));
	}

	/** The operations of controllers, as {@code GET /stock/{sku}}. */
	public static Set<String> operationsOf(Class<?>... controllers) {
		return Arrays.stream(controllers)
			.flatMap((controller) -> Arrays.stream(controller.getDeclaredMethods())
				.flatMap((method) -> operationsOf(controller, method)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Stream<String> operationsOf(Class<?> controller, Method method) {
		MergedAnnotation<RequestMapping> mapping = MergedAnnotations.from(method).get(RequestMapping.class);
		if (!mapping.isPresent()) {
			return Stream.of();
		}
		List<String> bases = paths(MergedAnnotations.from(controller).get(RequestMapping.class));
		return Arrays.stream(mapping.getEnumArray("method", RequestMethod.class))
			.flatMap((verb) -> bases.stream()
				.flatMap((base) -> paths(mapping).stream().map((path) -> verb + " " + base + path)));
	}

	private static List<String> paths(MergedAnnotation<RequestMapping> mapping) {
		List<String> paths = mapping.isPresent() ? List.of(mapping.getStringArray("path")) : List.of();
		return paths.isEmpty() ? List.of("") : paths;
	}

}
