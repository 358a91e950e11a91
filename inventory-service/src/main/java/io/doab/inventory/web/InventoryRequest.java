package io.doab.inventory.web;

import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.doab.inventory.reservation.InventoryType;

import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /inventory}.
 *
 * @param type reserve when absent
 */
record InventoryRequest(
		@NotBlank @Size(max = 64) @Pattern(regexp = "\\P{Cc}*",
				message = "must have no control characters") String orderId,
		@Nullable InventoryType type, @NotEmpty @Size(max = 2_000) List<@NotNull @Valid RequestLine> lines) {

	/** So many of something. */
	record RequestLine(
			@NotBlank @Size(max = 64) @Pattern(regexp = "\\P{Cc}*",
					message = "must have no control characters") String sku,
			@NotNull @Min(1) @Max(1_000_000) Integer quantity) {
	}

	InventoryType typeOrDefault() {
		return (this.type != null) ? this.type : InventoryType.RESERVE;
	}

}
