package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.jspecify.annotations.Nullable;

/**
 * Events of one publisher for one partition that are appended by one script, and what is
 * known of them. Belongs to the lock of its queue, but for the sending.
 */
final class PublishBatch {

	/** More would hold the server up for others. */
	private static final int MAX_EVENTS = 500;

	private static final int MAX_BYTES = 512 * 1024;

	private final long number;

	private final List<Pending> events = new ArrayList<>();

	private int bytes;

	/** What is known of it after the attempts so far. */
	private Known known = Known.NOT_STORED;

	private int failures;

	private boolean withText;

	/** Sent, and nobody has heard of it yet. */
	private boolean unanswered;

	private boolean givenUp;

	PublishBatch(long number) {
		this.number = number;
	}

	/** An event, and who waits for it. */
	record Pending(WireEvent event, int size, long deadlineNanos, CompletableFuture<@Nullable Position> stored) {

		boolean isOver(long now) {
			return this.deadlineNanos - now <= 0;
		}

	}

	boolean hasRoomFor(Pending event) {
		return this.events.isEmpty() || (this.events.size() < MAX_EVENTS && this.bytes + event.size() <= MAX_BYTES);
	}

	void add(Pending event) {
		this.events.add(event);
		this.bytes += event.size();
	}

	List<Pending> events() {
		return this.events;
	}

	int bytes() {
		return this.bytes;
	}

	Known known() {
		return (this.unanswered && this.known == Known.NOT_STORED) ? Known.MAYBE_STORED : this.known;
	}

	/** Whether an attempt went without an answer, or was answered by too few. */
	boolean isInDoubt() {
		return known() != Known.NOT_STORED;
	}

	/**
	 * It is about to be sent. Returns whether it was sent before and not answered.
	 */
	boolean sending() {
		boolean before = this.unanswered;
		this.unanswered = true;
		return before;
	}

	/** It was not sent after all. */
	void notSent(boolean unansweredBefore) {
		this.unanswered = unansweredBefore;
	}

	/** It is not to be sent any more. */
	void giveUp() {
		this.givenUp = true;
	}

	boolean isGivenUp() {
		return this.givenUp;
	}

	/** An attempt was answered, by a refusal. */
	void refused() {
		this.unanswered = false;
	}

	/** What was learnt stays learnt. */
	void learn(Known fact) {
		if (fact.compareTo(this.known) > 0) {
			this.known = fact;
		}
	}

	int countFailure() {
		return ++this.failures;
	}

	/** The server does not have the script. */
	void sendText() {
		this.withText = true;
	}

	/** Whether somebody still waits for one of its events. */
	boolean isAwaited(long now) {
		return this.events.stream().anyMatch((event) -> !event.isOver(now));
	}

	CompletionStage<byte[]> send(RedisAsyncCommands<String, byte[]> commands, StreamPartition target, String publisher,
			long rememberMillis) {
		String[] keys = { RedisKeys.stream(target), RedisKeys.published(target, publisher) };
		List<byte[]> words = new ArrayList<>();
		words.add(RedisLink.bytes(this.number));
		words.add(RedisLink.bytes(rememberMillis));
		EntryTemplates entries = new EntryTemplates();
		for (Pending event : this.events) {
			entries.add(RedisEntries.words(event.event()));
		}
		entries.addTo(words);
		byte[][] arguments = words.toArray(byte[][]::new);
		return this.withText
				? commands.<byte[]>eval(RedisScript.PUBLISH.text(), ScriptOutputType.VALUE, keys, arguments)
				: commands.<byte[]>evalsha(RedisScript.PUBLISH.digest(), ScriptOutputType.VALUE, keys, arguments);
	}

	/** The positions that the script's answer tells, in the order of the events. */
	static List<Position> positions(byte[] answer) {
		List<Position> positions = new ArrayList<>();
		for (String id : RedisLink.text(answer).split(" ", -1)) {
			positions.add(Position.parse(id));
		}
		return positions;
	}

}
