package io.doab.contract;

import java.lang.reflect.AnnotatedElement;

import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (draft 2020-12) of what a record is in JSON. What is {@link Nullable}
 * may be absent or null; everything else is there. What is not named may be there as
 * well: readers pass over it.
 */
final class JsonSchema {

	private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private static final SchemaGenerator GENERATOR = generator();

	private JsonSchema() {
	}

	/**
	 * Makes it.
	 * @param title what the schema describes
	 */
	static String of(String title, Class<?> type) {
		ObjectNode schema = JSON.createObjectNode();
		ObjectNode generated = GENERATOR.generateSchema(type);
		schema.set("$schema", generated.remove("$schema"));
		schema.put("title", title);
		schema.setAll(generated);
		// Bean Validation means all of a text, JSON Schema a part of it.
		schema.findParents("pattern")
			.forEach(
					(parent) -> ((ObjectNode) parent).put("pattern", "^(?:" + parent.get("pattern").asString() + ")$"));
		return JSON.writeValueAsString(schema) + "\n";
	}

	private static SchemaGenerator generator() {
		SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12,
				OptionPreset.PLAIN_JSON)
			.with(Option.INLINE_ALL_SCHEMAS, Option.STANDARD_FORMATS)
			.with(new JacksonSchemaModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
			.with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS));
		config.forTypesInGeneral().withPropertySorter((_, _) -> 0);
		// Any JSON at all.
		config.forTypesInGeneral()
			.withCustomDefinitionProvider((type, context) -> type.isInstanceOf(JsonNode.class)
					? new CustomDefinition(context.getGeneratorConfig().createObjectNode()) : null);
		config.forFields().withNullableCheck(JsonSchema::isNullable).withRequiredCheck((field) -> !isNullable(field));
		return new SchemaGenerator(config.build());
	}

	private static boolean isNullable(FieldScope field) {
		AnnotatedElement type = field.getRawMember().getAnnotatedType();
		return type.isAnnotationPresent(Nullable.class);
	}

}
