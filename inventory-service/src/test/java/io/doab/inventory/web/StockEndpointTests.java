package io.doab.inventory.web;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;

import io.doab.inventory.stock.StockFixture;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.rest.FieldProblem;
import io.doab.stream.rest.JsonBodies;
import io.doab.stream.rest.LineIntake;
import io.doab.stream.rest.LineSummary;
import io.doab.stream.rest.RequestProblem;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Setting and reading the stock.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockEndpointTests {

	private static final long MOST = 1_000_000_000_000L;

	private PostgresServer server;

	private StockController controller;

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = PostgresServer.start(Ports.free(), folder, "inventory", "secret");
		this.server.ensureDatabase("inventory");
		JdbcTemplate jdbc = new JdbcTemplate(
				new DriverManagerDataSource(this.server.jdbcUrl("inventory"), "inventory", "secret"));
		jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V1__stock_and_inbox.sql"));
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V2__outbox.sql"));
			return connection;
		});
		this.controller = new StockController(StockFixture.transactional(jdbc), new JsonBodies(),
				new LineIntake(1_024, 8, Duration.ofSeconds(5)));
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	@Test
	void whatIsSetIsRead() throws Exception {
		String sku = "Größe 'XL' ; \uD83D\uDC55";
		this.controller.put(sku, request("{\"available\": " + MOST + "}"));
		assertThat(this.controller.get(sku).getBody()).isEqualTo(new StockController.StockLevel(sku, MOST));
		this.controller.put(sku, request("{\"available\": 0}"));
		assertThat(this.controller.get(sku).getBody()).isEqualTo(new StockController.StockLevel(sku, 0));
	}

	@Test
	void aSkuThatIsNotKeptIsNotFound() {
		assertThat(catchThrowableOfType(RequestProblem.class, () -> this.controller.get("NONE")))
			.satisfies((problem) -> {
				assertThat(problem.status()).isEqualTo(HttpStatus.NOT_FOUND);
				assertThat(problem.getMessage()).contains("PUT");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "a\0b", "a\nb", "12345678901234567890123456789012345678901234567890123456789012345" })
	void whatCanBeNoSkuIsMalformed(String sku) {
		assertThat(catchThrowableOfType(RequestProblem.class, () -> this.controller.get(sku)).status())
			.isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(catchThrowableOfType(RequestProblem.class,
				() -> this.controller.put(sku, request("{\"available\": 1}")))
			.status()).isEqualTo(HttpStatus.BAD_REQUEST);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"available": -1}                   | must be greater than or equal to 0
			{"available": 1000000000001}        | must be less than or equal to 1000000000000
			{"available": 99999999999999999999} | is a number out of range
			{"available": 1.5}                  | must be a whole number
			{"available": "7"}                  | must be a whole number
			{"available": null}                 | must not be null
			{}                                  | must not be null
			""")
	void aLevelThatCanBeNoneIsSaidToBe(String body, String detail) {
		RequestProblem problem = catchThrowableOfType(RequestProblem.class,
				() -> this.controller.put("A", request(body)));
		assertThat(problem.status()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(problem.fields()).containsExactly(new FieldProblem("/available", detail));
	}

	@Test
	void whatIsNoJsonOrTooMuchIsRefused() {
		assertThat(catchThrowableOfType(RequestProblem.class, () -> this.controller.put("A", request("7 pieces")))
			.status()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(
				catchThrowableOfType(RequestProblem.class, () -> this.controller.put("A", request(" ".repeat(5_000))))
					.status())
			.isEqualTo(HttpStatus.CONTENT_TOO_LARGE);
	}

	@Test
	void ofManyLinesTheGoodOnesAreTakenAndTheOthersTold() throws Exception {
		LineSummary summary = Objects.requireNonNull(this.controller.post(request("""
				{"sku": "L1", "available": 1}
				{"sku": "", "available": 1}
				{"sku": "L2", "available": 2}
				{"sku": "L1", "available": 3}
				{"sku": "L3", "available": -3}
				""")).getBody());
		assertThat(summary.accepted()).isEqualTo(3);
		assertThat(summary.rejected()).isEqualTo(2);
		assertThat(summary.errors()).extracting(LineSummary.LineError::line).containsExactly(2L, 5L);
		assertThat(this.controller.get("L1").getBody()).isEqualTo(new StockController.StockLevel("L1", 3));
	}

	private static MockHttpServletRequest request(String body) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContent(body.getBytes(StandardCharsets.UTF_8));
		return request;
	}

}
