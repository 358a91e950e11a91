package io.doab.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.Lag;
import io.doab.stream.Position;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * How answers are printed: as tables for people, as a line of JSON each for programs.
 */
final class Output {

	private static final JsonMapper JSON = JsonMapper.builder()
		.addModule(new SimpleModule().addSerializer(Position.class, ToStringSerializer.instance)
			.addSerializer(Duration.class, ToStringSerializer.instance))
		.build();

	private static final String GAP = "  ";

	private final PrintWriter out;

	Output(PrintWriter out) {
		this.out = out;
	}

	void line(String text) {
		this.out.println(Text.printable(text));
	}

	/** One object, on one line. */
	void json(Object answer) {
		this.out.println(JSON.writeValueAsString(answer));
	}

	/** Columns as wide as they need to be; nothing but the heading for no rows. */
	void table(List<String> heading, List<List<String>> rows) {
		List<List<String>> all = new ArrayList<>();
		all.add(heading);
		rows.forEach((row) -> all.add(row.stream().map(Text::printable).toList()));
		List<Integer> widths = IntStream.range(0, heading.size())
			.mapToObj((column) -> all.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0))
			.toList();
		all.forEach((row) -> this.out.println(IntStream.range(0, row.size())
			.mapToObj((column) -> row.get(column) + " ".repeat(widths.get(column) - row.get(column).length()))
			.collect(Collectors.joining(GAP))
			.stripTrailing()));
	}

	static String text(@Nullable Object value) {
		return (value != null) ? value.toString() : "-";
	}

	/** About so many, when they were not counted. */
	static String text(Lag lag) {
		return (lag.exact() ? "" : "~") + lag.events();
	}

	/** The two largest units. */
	static String text(Duration duration) {
		if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
			return duration.toMillis() / 1_000 + "." + duration.toMillis() / 100 % 10 + "s";
		}
		if (duration.compareTo(Duration.ofHours(1)) < 0) {
			return duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
		}
		return (duration.toDays() > 0) ? duration.toDays() + "d" + duration.toHoursPart() + "h"
				: duration.toHours() + "h" + duration.toMinutesPart() + "m";
	}

}
