package io.doab.conformance.member;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.doab.conformance.Item;
import io.doab.stream.Event;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;

/**
 * What a member does with its events. Each gives one output whose type is the member's
 * name.
 *
 * @param name what its outputs are called after
 * @param work what the output says
 * @param handlerTime how long each event takes
 */
public record MemberBehaviour(String name, String group, String in, String out, Work work, Duration handlerTime) {

	public static MemberBehaviour of(String name, String group, String in, String out) {
		return new MemberBehaviour(name, group, in, out, Work.COPY, Duration.ZERO);
	}

	public MemberBehaviour taking(Duration time) {
		return new MemberBehaviour(this.name, this.group, this.in, this.out, this.work, time);
	}

	public MemberBehaviour named(String other) {
		return new MemberBehaviour(other, this.group, this.in, this.out, this.work, this.handlerTime);
	}

	public MemberBehaviour doing(Work other) {
		return new MemberBehaviour(this.name, this.group, this.in, this.out, other, this.handlerTime);
	}

	/** Where {@link Work#EVERYTHING} sends its second output. */
	public String second() {
		return this.out + ".second";
	}

	/** Where {@link Work#EVERYTHING} sends what its timers give. */
	public String fired() {
		return this.out + ".fired";
	}

	/** The processor that behaves like that. */
	public ProcessorDefinition definition() {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named(this.group)
			.on(this.in, Item.class, this::process)
			.output(this.out);
		return switch (this.work) {
			case COPY -> builder.build();
			case HANG -> builder.ordering(Ordering.PARTITION).build();
			case COUNT -> builder.state("count", Integer.class).build();
			case EVERYTHING -> builder.state("count", Integer.class)
				.onTimer("later", (timer, context) -> context.emit(fired(), this.name, new Item(timer.key(), 0)))
				.output(second())
				.output(fired())
				.build();
		};
	}

	private void process(Event<Item> event, ProcessingContext context) throws InterruptedException {
		if (!this.handlerTime.isZero()) {
			TimeUnit.NANOSECONDS.sleep(this.handlerTime.toNanos());
		}
		switch (this.work) {
			case COPY -> context.emit(this.out, this.name, event.data());
			case COUNT -> context.emit(this.out, this.name, counted(event, context));
			case EVERYTHING -> {
				Item counted = counted(event, context);
				context.emit(this.out, this.name, counted);
				context.emit(second(), this.name, counted);
				if (counted.number() == 0) {
					context.schedule("later", Instant.now().plusMillis(50));
				}
			}
			case HANG -> {
				if (event.data().number() < 0) {
					new CountDownLatch(1).await();
				}
				context.emit(this.out, this.name, event.data());
			}
		}
	}

	private static Item counted(Event<Item> event, ProcessingContext context) {
		var count = context.state("count", Integer.class);
		int before = count.get().orElse(0);
		count.put(before + 1);
		return new Item(event.data().key(), before);
	}

	List<String> toArguments() {
		return List.of(this.name, this.group, this.in, this.out, this.work.name(), this.handlerTime.toString());
	}

	static MemberBehaviour parse(List<String> arguments) {
		return new MemberBehaviour(arguments.get(0), arguments.get(1), arguments.get(2), arguments.get(3),
				Work.valueOf(arguments.get(4)), Duration.parse(arguments.get(5)));
	}

	/** What an output says. */
	public enum Work {

		/** What its event says. */
		COPY,

		/** How many events of the key came before, by state alone. */
		COUNT,

		/**
		 * As {@link #COUNT}, to two streams; and the first event of a key sets a timer,
		 * which gives an output as well.
		 */
		EVERYTHING,

		/** Never returns from an event with a negative number; copies the others. */
		HANG

	}

}
