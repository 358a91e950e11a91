package io.doab.conformance.member;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.doab.conformance.Item;
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

	public MemberBehaviour counting() {
		return new MemberBehaviour(this.name, this.group, this.in, this.out, Work.COUNT, this.handlerTime);
	}

	public MemberBehaviour taking(Duration time) {
		return new MemberBehaviour(this.name, this.group, this.in, this.out, this.work, time);
	}

	public MemberBehaviour named(String other) {
		return new MemberBehaviour(other, this.group, this.in, this.out, this.work, this.handlerTime);
	}

	/** The processor that behaves like that. */
	public ProcessorDefinition definition() {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named(this.group)
			.on(this.in, Item.class, (event, context) -> {
				if (!this.handlerTime.isZero()) {
					TimeUnit.NANOSECONDS.sleep(this.handlerTime.toNanos());
				}
				Item result = event.data();
				if (this.work == Work.COUNT) {
					var count = context.state("count", Integer.class);
					int before = count.get().orElse(0);
					count.put(before + 1);
					result = new Item(event.data().key(), before);
				}
				context.emit(this.out, this.name, result);
			})
			.output(this.out);
		return ((this.work == Work.COUNT) ? builder.state("count", Integer.class) : builder).build();
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
		COUNT

	}

}
