package io.doab.local;

import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks instances what they own, all at once. Never fails, and takes no longer than its
 * limit, whatever an instance does.
 */
final class OwnershipProbe {

	private final Duration limit;

	OwnershipProbe(Duration limit) {
		this.limit = limit;
	}

	/** Their answers, in their order. */
	CompletableFuture<List<InstanceAnswer>> ask(List<ServiceInstance> instances) {
		List<CompletableFuture<InstanceAnswer>> answers = instances.stream().map(this::ask).toList();
		return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
			.thenApply((all) -> answers.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<InstanceAnswer> ask(ServiceInstance instance) {
		String label = instance.label();
		return instance.askStreams(this.limit)
			.thenApply((response) -> read(label, response))
			.exceptionally((failure) -> failed(label, failure))
			.completeOnTimeout(InstanceAnswer.silent(label), this.limit.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static InstanceAnswer read(String label, HttpResponse<String> response) {
		return (response.statusCode() == 200) ? InstanceAnswer.parse(label, response.body())
				: InstanceAnswer.silent(label);
	}

	private static InstanceAnswer failed(String label, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return (cause instanceof ConnectException) ? InstanceAnswer.absent(label) : InstanceAnswer.silent(label);
	}

}
