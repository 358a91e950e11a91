package io.doab.destinations.crm;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Takes the beginning of an answer's body, as text of one line, and no more of it.
 */
final class AnswerExcerpt implements HttpResponse.BodySubscriber<byte[]> {

	private final int limit;

	private final CompletableFuture<byte[]> beginning = new CompletableFuture<>();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private Flow.@Nullable Subscription subscription;

	AnswerExcerpt(int limit) {
		this.limit = limit;
	}

	/** What was received, fit for a log and an attribute. */
	static String text(byte[] beginning) {
		return new String(beginning, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\s\\ufffd]+", " ").strip();
	}

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.beginning;
	}

	@Override
	public void onSubscribe(Flow.Subscription given) {
		this.subscription = given;
		given.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> items) {
		for (ByteBuffer item : items) {
			byte[] part = new byte[Math.min(item.remaining(), this.limit - this.bytes.size())];
			item.get(part);
			this.bytes.writeBytes(part);
		}
		if (this.bytes.size() >= this.limit) {
			Flow.Subscription given = this.subscription;
			if (given != null) {
				given.cancel();
			}
			onComplete();
		}
	}

	@Override
	public void onError(Throwable failure) {
		onComplete();
	}

	@Override
	public void onComplete() {
		this.beginning.complete(this.bytes.toByteArray());
	}

}
