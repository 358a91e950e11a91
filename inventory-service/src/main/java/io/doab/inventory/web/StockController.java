package io.doab.inventory.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.doab.inventory.stock.Stock;
import io.doab.stream.jdbc.JdbcOutages;
import io.doab.stream.rest.BoundedBody;
import io.doab.stream.rest.JsonBodies;
import io.doab.stream.rest.LineIntake;
import io.doab.stream.rest.LineSummary;
import io.doab.stream.rest.RequestProblem;

import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reads and sets the stock.
 */
@RestController
@RequestMapping("/stock")
class StockController {

	private static final int MAX_SKU_LENGTH = 64;

	private static final int MAX_BODY_BYTES = 4_096;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final Stock stock;

	private final JsonBodies bodies;

	private final LineIntake lines;

	StockController(Stock stock, JsonBodies bodies, LineIntake lines) {
		this.stock = stock;
		this.bodies = bodies;
		this.lines = lines;
	}

	@GetMapping("/{sku}")
	ResponseEntity<StockLevel> get(@PathVariable String sku) {
		requireSku(sku);
		long available = database(() -> this.stock.available(sku))
			.orElseThrow(() -> RequestProblem.notFound("There is no stock of this SKU: set it with PUT"));
		return json(new StockLevel(sku, available));
	}

	@PutMapping(path = "/{sku}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<StockLevel> put(@PathVariable String sku, HttpServletRequest request) throws IOException {
		requireSku(sku);
		Level level = this.bodies.read(BoundedBody.read(request, MAX_BODY_BYTES), Level.class);
		return json(database(() -> set(sku, level.available())));
	}

	@PostMapping(consumes = MediaType.APPLICATION_NDJSON_VALUE)
	ResponseEntity<LineSummary> post(HttpServletRequest request) throws IOException {
		return json(this.lines.take(request.getInputStream(), (number, line) -> {
			SkuLevel level = this.bodies.read(line, SkuLevel.class);
			return stored(() -> set(level.sku(), level.available()));
		}));
	}

	private static void requireSku(String sku) {
		if (sku.isBlank() || sku.length() > MAX_SKU_LENGTH || sku.chars().anyMatch(Character::isISOControl)) {
			throw RequestProblem.malformed("A SKU has 1 to " + MAX_SKU_LENGTH + " characters, none of them control");
		}
	}

	/** A line of many: that the database is away ends them all, and tells how far. */
	private static CompletableFuture<?> stored(Supplier<StockLevel> change) {
		try {
			return CompletableFuture.completedFuture(change.get());
		}
		catch (DataAccessException | TransactionException ex) {
			if (!JdbcOutages.isOutage(ex)) {
				throw ex;
			}
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static <R> R database(Supplier<R> request) {
		try {
			return request.get();
		}
		catch (DataAccessException | TransactionException ex) {
			if (!JdbcOutages.isOutage(ex)) {
				throw ex;
			}
			throw RequestProblem.unavailable("The stock cannot be reached. Send it again after the time in Retry-After",
					RETRY_AFTER);
		}
	}

	private StockLevel set(String sku, long available) {
		this.stock.set(sku, available);
		return new StockLevel(sku, available);
	}

	/** In JSON whatever the client would like better: what is set is not refused. */
	private static <R> ResponseEntity<R> json(R answer) {
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer);
	}

	/** The answer. */
	record StockLevel(String sku, long available) {
	}

	/** The body of {@code PUT /stock/{sku}}. */
	record Level(@NotNull @Min(0) @Max(1_000_000_000_000L) Long available) {
	}

	/** A line of {@code POST /stock}. */
	record SkuLevel(
			@NotBlank @Size(max = MAX_SKU_LENGTH) @Pattern(regexp = "\\P{Cc}*",
					message = "must have no control characters") String sku,
			@NotNull @Min(0) @Max(1_000_000_000_000L) Long available) {
	}

}
