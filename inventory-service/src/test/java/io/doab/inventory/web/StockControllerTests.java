package io.doab.inventory.web;

import java.time.Duration;

import io.doab.inventory.stock.StockFixture;
import io.doab.servers.Ports;
import io.doab.stream.rest.JsonBodies;
import io.doab.stream.rest.LineIntake;
import io.doab.stream.rest.RequestProblem;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The stock, whose database is away.
 */
class StockControllerTests {

	private final StockController controller = new StockController(
			StockFixture.over(new JdbcTemplate(new DriverManagerDataSource(
					"jdbc:postgresql://localhost:" + Ports.free() + "/inventory", "inventory", "x"))),
			new JsonBodies(), new LineIntake(1_024, 8, Duration.ofSeconds(5)));

	@Test
	void isAskedForLater() {
		assertUnavailable(catchThrowableOfType(RequestProblem.class, () -> this.controller.get("A")));
		assertUnavailable(catchThrowableOfType(RequestProblem.class,
				() -> this.controller.put("A", request("{\"available\": 1}"))));
	}

	@Test
	void tellsHowFarTheLinesCame() {
		RequestProblem problem = catchThrowableOfType(RequestProblem.class,
				() -> this.controller.post(request("not json\n{\"sku\": \"A\", \"available\": 1}\n")));
		assertUnavailable(problem);
		assertThat(problem.toResponse("/stock").getBody())
			.satisfies((body) -> assertThat(body.getProperties()).containsEntry("accepted", 0L)
				.containsEntry("rejected", 1L)
				.containsEntry("line", 2L));
	}

	private static void assertUnavailable(RequestProblem problem) {
		assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(problem.toResponse("/stock").getHeaders().getFirst("Retry-After")).isEqualTo("5");
	}

	private static MockHttpServletRequest request(String body) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContent(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
		return request;
	}

}
