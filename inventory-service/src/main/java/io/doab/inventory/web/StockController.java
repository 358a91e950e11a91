package io.doab.inventory.web;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.doab.inventory.stock.Stock;
import io.doab.stream.rest.BoundedBody;
import io.doab.stream.rest.JsonBodies;
import io.doab.stream.rest.LineIntake;
import io.doab.stream.rest.LineSummary;
import io.doab.stream.rest.RequestProblem;

import org.springframework.http.MediaType;
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

	private final Stock stock;

	private final JsonBodies bodies;

	private final LineIntake lines;

	StockController(Stock stock, JsonBodies bodies, LineIntake lines) {
		this.stock = stock;
		this.bodies = bodies;
		this.lines = lines;
	}

	@GetMapping("/{sku}")
	StockLevel get(@PathVariable String sku) {
		long available = this.stock.available(sku)
			.orElseThrow(() -> RequestProblem.notFound("There is no stock of this SKU: set it with PUT"));
		return new StockLevel(sku, available);
	}

	@PutMapping(path = "/{sku}", consumes = MediaType.APPLICATION_JSON_VALUE)
	StockLevel put(@PathVariable String sku, HttpServletRequest request) throws IOException {
		if (sku.isBlank() || sku.length() > MAX_SKU_LENGTH || sku.chars().anyMatch(Character::isISOControl)) {
			throw RequestProblem.malformed("A SKU has 1 to " + MAX_SKU_LENGTH + " characters, none of them control");
		}
		Level level = this.bodies.read(BoundedBody.read(request, MAX_BODY_BYTES), Level.class);
		this.stock.set(sku, level.available());
		return new StockLevel(sku, level.available());
	}

	@PostMapping(consumes = MediaType.APPLICATION_NDJSON_VALUE)
	LineSummary post(HttpServletRequest request) throws IOException {
		return this.lines.take(request.getInputStream(), (number, line) -> {
			SkuLevel level = this.bodies.read(line, SkuLevel.class);
			this.stock.set(level.sku(), level.available());
			return CompletableFuture.completedFuture(level);
		});
	}

	/** The answer. */
	record StockLevel(String sku, long available) {
	}

	/** The body of {@code PUT /stock/{sku}}. */
	record Level(@NotNull @Min(0) @Max(1_000_000_000_000L) Long available) {
	}

	/** A line of {@code POST /stock}. */
	record SkuLevel(
			@NotBlank @Size(max = MAX_SKU_LENGTH) @Pattern(regexp = "\\P{Cntrl}*",
					message = "must have no control characters") String sku,
			@NotNull @Min(0) @Max(1_000_000_000_000L) Long available) {
	}

}
