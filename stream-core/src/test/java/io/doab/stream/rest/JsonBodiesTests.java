package io.doab.stream.rest;

import java.nio.charset.StandardCharsets;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is said about a body that is wrong.
 */
class JsonBodiesTests {

	private static final String OUT_OF_RANGE = "is a number out of range";

	private static final String WHOLE_NUMBER = "must be a whole number";

	private final JsonBodies bodies = new JsonBodies();

	record Order(@NotBlank String id, @Nullable Kind kind, @NotEmpty List<@NotNull @Valid Line> lines) {
	}

	record Line(@NotBlank String sku, @NotNull @Min(1) Integer quantity) {
	}

	enum Kind {

		FIRST, SECOND

	}

	@Test
	void aBodyThatIsRightIsRead() {
		Order order = this.bodies.read(bytes("""
				{"id": "1", "kind": "second", "lines": [{"sku": "a", "quantity": 2}], "unknown": true}"""),
				Order.class);
		assertThat(order).isEqualTo(new Order("1", Kind.SECOND, List.of(new Line("a", 2))));
	}

	@Test
	void everyFieldThatIsWrongIsNamed() {
		RequestProblem problem = problem("""
				{"id": 7, "kind": "third", "lines": [{"sku": "a", "quantity": 1}, {"sku": " ", "quantity": "many"},
				 {"quantity": 0}]}""");
		assertThat(problem.status()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(problem.fields()).containsExactlyInAnyOrder(new FieldProblem("/id", "must be a string"),
				new FieldProblem("/kind", "must be one of first, second"),
				new FieldProblem("/lines/1/quantity", "must be a whole number"),
				new FieldProblem("/lines/1/sku", "must not be blank"),
				new FieldProblem("/lines/2/quantity", "must be greater than or equal to 1"),
				new FieldProblem("/lines/2/sku", "must not be blank"));
	}

	@Test
	void aNumberOutOfRangeIsAWrongField() {
		assertThat(quantity("99999999999").fields())
			.containsExactly(new FieldProblem("/lines/0/quantity", OUT_OF_RANGE));
		assertThat(quantity("4242424242424242424242").fields())
			.containsExactly(new FieldProblem("/lines/0/quantity", OUT_OF_RANGE));
		assertThat(quantity("1e30").fields()).containsExactly(new FieldProblem("/lines/0/quantity", WHOLE_NUMBER));
		assertThat(
				problem("{\"id\": \"1\", \"kind\": 4242424242424242, \"lines\": [{\"sku\": \"a\", \"quantity\": 1}]}")
					.fields())
			.containsExactly(new FieldProblem("/kind", OUT_OF_RANGE));
	}

	@Test
	void noNumberIsTakenForAnother() {
		assertThat(quantity("2.9").fields()).containsExactly(new FieldProblem("/lines/0/quantity", WHOLE_NUMBER));
		assertThat(quantity("\"2\"").fields()).containsExactly(new FieldProblem("/lines/0/quantity", WHOLE_NUMBER));
		assertThat(problem("{\"id\": \"1\", \"kind\": 1, \"lines\": [{\"sku\": \"a\", \"quantity\": 1}]}").fields())
			.containsExactly(new FieldProblem("/kind", "must be one of first, second"));
	}

	@Test
	void anElementOfTheWrongTypeKeepsItsPlace() {
		RequestProblem problem = problem("""
				{"id": "1", "lines": ["x", {"sku": "a", "quantity": "y"}, 7, {"sku": "b", "quantity": 0}]}""");
		assertThat(problem.fields()).containsExactlyInAnyOrder(new FieldProblem("/lines/0", "must be a JSON object"),
				new FieldProblem("/lines/1/quantity", WHOLE_NUMBER),
				new FieldProblem("/lines/2", "must be a JSON object"),
				new FieldProblem("/lines/3/quantity", "must be greater than or equal to 1"));
	}

	@Test
	void whatIsReadInAnotherWayKeepsItsConstraintsAsWell() {
		Line line = new Line("a", 1);
		assertThat(this.bodies.check(line)).isSameAs(line);
		assertThat(catchThrowableOfType(RequestProblem.class, () -> this.bodies.check(new Line("", 1))).fields())
			.containsExactly(new FieldProblem("/sku", "must not be blank"));
	}

	private RequestProblem quantity(String number) {
		return problem("{\"id\": \"1\", \"lines\": [{\"sku\": \"a\", \"quantity\": " + number + "}]}");
	}

	@Test
	void noAnswerRepeatsAValue() {
		RequestProblem problem = problem("""
				{"id": {"4242424242424242": "4242424242424242"}, "kind": "4242424242424242", "lines": []}""");
		assertThat(problem.fields()).isNotEmpty();
		assertThat(problem.fields().toString() + problem.getMessage()).doesNotContain("4242");
	}

	@Test
	void whatIsNoJsonIsToldWhereItEnds() {
		assertThat(problem("{\"id\": \"1\",\n \"lines\": [").status()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(problem("{\"id\": \"1\",\n \"lines\": [").getMessage()).contains("line 2");
		assertThat(problem("").getMessage()).contains("empty");
		assertThat(problem("{\"id\": 4242424242424242x}").getMessage()).doesNotContain("4242");
	}

	@Test
	void twoAnswersToOneQuestionAreNone() {
		String lines = "\"lines\": [{\"sku\": \"a\", \"quantity\": 1}]";
		assertThat(problem("{\"id\": \"1\", \"id\": \"2\", " + lines + "}").status()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(problem("{\"id\": \"1\", \"other\": {\"a\": 1, \"a\": 2}, " + lines + "}").status())
			.isEqualTo(HttpStatus.BAD_REQUEST);
	}

	@Test
	void aBodyOfAnotherShapeIsRefused() {
		assertThat(problem("[1, 2]").fields()).containsExactly(new FieldProblem("", "must be a JSON object"));
		assertThat(problem("null").fields()).containsExactly(new FieldProblem("", "must be a JSON object"));
		assertThat(problem("{\"id\": \"1\", \"lines\": {}}").fields())
			.containsExactly(new FieldProblem("/lines", "must be an array"));
	}

	private RequestProblem problem(String json) {
		return catchThrowableOfType(RequestProblem.class, () -> this.bodies.read(bytes(json), Order.class));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
