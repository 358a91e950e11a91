package io.doab.stream.rest;

import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;

import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads JSON into records, and says of every field that is wrong what is wrong with it.
 * Fields of the wrong type are taken out one by one until the rest can be bound; then the
 * constraints of Bean Validation are checked. No message repeats a value. Safe for use by
 * many threads.
 */
public final class JsonBodies {

	private static final int MAX_PROBLEMS = 50;

	private final JsonMapper mapper = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
		.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
		.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
		.withCoercionConfig(LogicalType.Textual,
				(config) -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
		.build();

	private final Validator validator = Validation.byProvider(HibernateValidator.class)
		.configure()
		.messageInterpolator(new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH,
				(context) -> Locale.ENGLISH, false))
		.buildValidatorFactory()
		.getValidator();

	/**
	 * Parses JSON.
	 * @throws RequestProblem 400 when it is none
	 */
	public JsonNode parse(byte[] json) {
		try {
			JsonNode node = this.mapper.readTree(json);
			if (node == null || node.isMissingNode()) {
				throw RequestProblem.malformed("The body is empty: expected JSON");
			}
			return node;
		}
		catch (JacksonException ex) {
			throw RequestProblem.malformed("The body is not JSON" + location(ex));
		}
	}

	/**
	 * Reads JSON into a value that keeps its constraints.
	 * @throws RequestProblem 400 when it is no JSON, 422 when fields are wrong
	 */
	public <T> T read(byte[] json, Class<T> type) {
		T value = readSound(json, type);
		return (value != null) ? value : bind(parse(json), type, "");
	}

	/** In one go, as nearly all can be; null when anything is wrong with it. */
	private <T> @Nullable T readSound(byte[] json, Class<T> type) {
		try {
			T value = this.mapper.readValue(json, type);
			return (value != null && this.validator.validate(value).isEmpty()) ? value : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * Binds JSON to a value that keeps its constraints.
	 * @param prefix the pointer to the JSON within the body
	 * @throws RequestProblem 422 when fields are wrong
	 */
	public <T> T bind(JsonNode body, Class<T> type, String prefix) {
		List<FieldProblem> problems = new ArrayList<>();
		JsonNode rest = body.deepCopy();
		while (problems.size() < MAX_PROBLEMS) {
			try {
				T value = this.mapper.treeToValue(rest, type);
				if (value == null) {
					problems.add(new FieldProblem(prefix, "must be a JSON object"));
					break;
				}
				addViolations(value, prefix, problems);
				if (problems.isEmpty()) {
					return value;
				}
				break;
			}
			catch (JacksonException ex) {
				String pointer = pointer(ex);
				problems.add(new FieldProblem(prefix + pointer, expected(ex)));
				if (!clear(rest, pointer)) {
					break;
				}
			}
		}
		throw RequestProblem.invalid(problems);
	}

	/**
	 * Checks the constraints of a value that was read in another way.
	 * @return the value
	 * @throws RequestProblem 422 when it does not keep them
	 */
	public <T> T check(T value) {
		List<FieldProblem> problems = new ArrayList<>();
		addViolations(value, "", problems);
		if (!problems.isEmpty()) {
			throw RequestProblem.invalid(problems);
		}
		return value;
	}

	private <T> void addViolations(T value, String prefix, List<FieldProblem> problems) {
		Set<String> known = problems.stream().map(FieldProblem::pointer).collect(Collectors.toSet());
		this.validator.validate(value)
			.stream()
			.map((violation) -> new FieldProblem(prefix + pointer(violation), violation.getMessage()))
			.filter((problem) -> known.stream().noneMatch((pointer) -> isWithin(problem.pointer(), pointer)))
			.sorted((one, other) -> one.pointer().compareTo(other.pointer()))
			.forEach(problems::add);
	}

	/** What was cleared for being of the wrong type is missing now, and told already. */
	private static boolean isWithin(String pointer, String cleared) {
		return pointer.equals(cleared) || pointer.startsWith(cleared + "/");
	}

	private static String location(JacksonException ex) {
		return (ex.getLocation() != null && ex.getLocation().getLineNr() > 0)
				? ": line " + ex.getLocation().getLineNr() + ", column " + ex.getLocation().getColumnNr() : "";
	}

	private static String pointer(JacksonException ex) {
		StringBuilder pointer = new StringBuilder();
		for (JacksonException.Reference step : ex.getPath()) {
			pointer.append('/');
			pointer.append((step.getPropertyName() != null) ? escape(step.getPropertyName()) : step.getIndex());
		}
		return pointer.toString();
	}

	private static String pointer(ConstraintViolation<?> violation) {
		StringBuilder pointer = new StringBuilder();
		for (Path.Node step : violation.getPropertyPath()) {
			if (step.getIndex() != null) {
				pointer.append('/').append(step.getIndex());
			}
			if (step.getName() != null && !step.getName().startsWith("<")) {
				pointer.append('/').append(escape(step.getName()));
			}
		}
		return pointer.toString();
	}

	private static String escape(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

	private static String expected(JacksonException ex) {
		if (ex instanceof InputCoercionException) {
			return "is a number out of range";
		}
		@Nullable Class<?> type = (ex instanceof MismatchedInputException mismatch) ? mismatch.getTargetType() : null;
		if (type == null) {
			return "has the wrong form";
		}
		if (type.isEnum()) {
			return "must be one of " + Arrays.stream(type.getEnumConstants())
				.map((constant) -> constant.toString().toLowerCase(Locale.ROOT))
				.collect(Collectors.joining(", "));
		}
		if (type == String.class) {
			return "must be a string";
		}
		if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
			return "must be a whole number";
		}
		if (type == boolean.class || type == Boolean.class) {
			return "must be true or false";
		}
		if (TemporalAccessor.class.isAssignableFrom(type)) {
			return "must be a time such as 2026-01-31T12:00:00Z";
		}
		if (Collection.class.isAssignableFrom(type) || type.isArray()) {
			return "must be an array";
		}
		return "must be a JSON object";
	}

	/**
	 * Takes out what a pointer names, so that what follows it keeps its place; false when
	 * that cannot be done, or was done before.
	 */
	private static boolean clear(JsonNode root, String pointer) {
		int slash = pointer.lastIndexOf('/');
		if (slash < 0) {
			return false;
		}
		JsonNode parent = root.at(pointer.substring(0, slash));
		String name = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
		return switch (parent) {
			case ObjectNode object -> object.remove(name) != null;
			case ArrayNode array -> !array.set(Integer.parseInt(name), NullNode.getInstance()).isNull();
			default -> false;
		};
	}

}
