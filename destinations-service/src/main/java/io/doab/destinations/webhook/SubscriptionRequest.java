package io.doab.destinations.webhook;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * The body of a subscription, new or changed.
 *
 * @param filter conditions on the data that all have to hold; none when absent
 * @param ordered whether deliveries of one key wait for each other; true when absent
 * @param enabled true when absent
 * @param secret of a new one; made up when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SubscriptionRequest(@NotBlank @Size(max = 2_048) String url,
		@NotEmpty @Size(max = 50) List<@NotNull @Size(max = 100) @Pattern(regexp = EventTypePattern.FORM,
				message = "must be a type such as payment.authorized, or payment.*, or *") String> eventTypes,
		@Nullable @Size(max = 10) List<@NotNull @Valid Condition> filter,
		@Nullable @Size(max = 500) @Pattern(regexp = "\\P{Cntrl}*",
				message = "must have no control characters") String description,
		@Nullable Boolean ordered, @Nullable Boolean enabled, @Nullable @Size(max = 200) String secret) {

	/** A field of the data that must have one of some values. */
	record Condition(
			@NotBlank @Size(max = 200) @Pattern(regexp = "(/([^~/]|~[01])*)+",
					message = "must be a JSON pointer such as /customer/country") String field,
			@NotEmpty @Size(max = 50) List<@NotNull JsonNode> in) {
	}

	/** The request that a subscription answers to, to be changed in part. */
	static SubscriptionRequest of(Subscription subscription) {
		SubscriptionTerms terms = subscription.terms();
		return new SubscriptionRequest(terms.url().toString(),
				terms.eventTypes().stream().map(EventTypePattern::text).toList(),
				terms.filter().stream().map((condition) -> new Condition(condition.field(), condition.in())).toList(),
				terms.description(), terms.ordered(), !subscription.isDisabled(), null);
	}

	boolean orderedOrDefault() {
		return this.ordered == null || this.ordered;
	}

	boolean enabledOrDefault() {
		return this.enabled == null || this.enabled;
	}

	List<Condition> conditions() {
		return (this.filter != null) ? this.filter : List.of();
	}

}
