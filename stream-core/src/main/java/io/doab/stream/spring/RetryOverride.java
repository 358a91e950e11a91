package io.doab.stream.spring;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.RetrySettings;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What the configuration of a processor's retries changes of its definition.
 */
final class RetryOverride {

	private final String property;

	private final DoabProperties.Retry retry;

	RetryOverride(String processor, DoabProperties.Retry retry) {
		this(retry, "doab.processors[" + processor + "].retry");
	}

	private RetryOverride(DoabProperties.Retry retry, String property) {
		this.property = property;
		this.retry = retry;
	}

	static RetryOverride ofQueue(String queue, DoabProperties.QueueRetry retry) {
		return new RetryOverride(new DoabProperties.Retry(retry.maxAttempts(), retry.initialDelay(), retry.multiplier(),
				retry.maxDelay(), retry.jitter(), null, retry.fatal(), retry.retryable(), null, null, null, null),
				"doab.queues[" + queue + "].retry");
	}

	/**
	 * The queue as configured.
	 * @throws IllegalStateException when a value is wrong; its message names the property
	 */
	QueueDefinition apply(QueueDefinition definition) {
		try {
			return changesPolicy() ? definition.withRetryPolicy(this::override) : definition;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(this.property + " cannot be used: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The definition as configured.
	 * @throws IllegalStateException when a value is wrong; its message names the property
	 */
	ProcessorDefinition apply(ProcessorDefinition definition) {
		try {
			ProcessorDefinition changed = definition
				.with((settings) -> settings.withRetries(override(settings.retries())));
			return changesPolicy() ? changed.withRetryPolicy(this::override) : changed;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(this.property + " cannot be used: " + ex.getMessage(), ex);
		}
	}

	private boolean changesPolicy() {
		return this.retry.maxAttempts() != null || this.retry.initialDelay() != null || this.retry.multiplier() != null
				|| this.retry.maxDelay() != null || this.retry.jitter() != null || this.retry.deadline() != null
				|| this.retry.fatal() != null || this.retry.retryable() != null;
	}

	private RetryPolicy override(RetryPolicy policy) {
		RetryPolicy changed = policy
			.withBackoff(or(this.retry.initialDelay(), policy.initialDelay()),
					or(this.retry.multiplier(), policy.multiplier()), or(this.retry.maxDelay(), policy.maxDelay()))
			.withMaxAttempts(or(this.retry.maxAttempts(), policy.maxAttempts()))
			.withJitter(or(this.retry.jitter(), policy.jitter()));
		if (this.retry.deadline() != null) {
			changed = changed.withDeadline(this.retry.deadline());
		}
		if (this.retry.fatal() != null) {
			changed = changed.withFatal(exceptions("fatal", this.retry.fatal()));
		}
		if (this.retry.retryable() != null) {
			changed = changed.withRetryable(exceptions("retryable", this.retry.retryable()));
		}
		return changed;
	}

	private RetrySettings override(RetrySettings settings) {
		return new RetrySettings(or(this.retry.mode(), settings.mode()),
				or(this.retry.parkAfter(), settings.parkAfter()),
				or(this.retry.maxParkedEvents(), settings.maxParkedEvents()), (this.retry.maxParkedSize() != null)
						? this.retry.maxParkedSize().toBytes() : settings.maxParkedBytes());
	}

	private static <T> T or(@Nullable T configured, T defined) {
		return Objects.requireNonNullElse(configured, defined);
	}

	private Set<Class<? extends Throwable>> exceptions(String name, List<String> classes) {
		Set<Class<? extends Throwable>> types = new LinkedHashSet<>();
		for (int i = 0; i < classes.size(); i++) {
			types.add(exception(this.property + "." + name + "[" + i + "]", classes.get(i)));
		}
		return types;
	}

	private static Class<? extends Throwable> exception(String property, String name) {
		Class<?> type;
		try {
			type = ClassUtils.forName(name.trim(), null);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new IllegalStateException(property + " names '" + name
					+ "', a class that this application does not have: write its full name, such as"
					+ " java.lang.IllegalStateException", ex);
		}
		if (!Throwable.class.isAssignableFrom(type)) {
			throw new IllegalStateException(
					property + " names '" + name + "', which is no exception: name a class that can be thrown");
		}
		return type.asSubclass(Throwable.class);
	}

}
