package io.doab.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.doab.webevents.log.AccessLogParser;
import io.doab.webevents.log.LogLine;
import io.doab.webevents.log.MalformedLineException;

/**
 * How many lines of an access log one thread reads in a second, beside what one would
 * write first: a regular expression and a formatter of dates.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.doab.benchmarks.AccessLogBenchmark [access.log]
 * }</pre>
 */
public final class AccessLogBenchmark {

	private static final int ROUNDS = 7;

	private static final int WARM_UP_ROUNDS = 3;

	private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

	private AccessLogBenchmark() {
	}

	public static void main(String[] arguments) throws IOException {
		Path log = Path.of((arguments.length > 0) ? arguments[0] : "infra/data/access-500.log");
		List<String> lines = Files.readAllLines(log);
		System.out.printf(Locale.ROOT, "%,d lines of %s, again and again, by one thread; lines/s over %d rounds%n%n",
				lines.size(), log.getFileName(), ROUNDS);
		System.out.printf("%-40s %12s %12s %12s%n", "", "median", "least", "most");
		long parser = measure("AccessLogParser", lines, AccessLogParser::parse);
		long regex = measure("regular expression and DateTimeFormatter", lines, RegexLogParser::parse);
		System.out.printf(Locale.ROOT, "%n%.1f times as fast%n", (double) parser / regex);
	}

	/** The rate that was usual. */
	private static long measure(String what, List<String> lines, Parser parser) {
		for (int round = 0; round < WARM_UP_ROUNDS; round++) {
			linesPerSecond(lines, parser);
		}
		List<Long> rates = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			rates.add(linesPerSecond(lines, parser));
		}
		Collections.sort(rates);
		System.out.printf(Locale.ROOT, "%-40s %,12d %,12d %,12d%n", what, rates.get(ROUNDS / 2), rates.getFirst(),
				rates.getLast());
		return rates.get(ROUNDS / 2);
	}

	private static long linesPerSecond(List<String> lines, Parser parser) {
		long began = System.nanoTime();
		long read = 0;
		long bytes = 0;
		long taken = 0;
		while (taken < ROUND_NANOS) {
			for (String line : lines) {
				try {
					bytes += parser.parse(line).bytes();
				}
				catch (MalformedLineException ex) {
					bytes--;
				}
			}
			read += lines.size();
			taken = System.nanoTime() - began;
		}
		if (bytes <= 0) {
			throw new IllegalStateException("Nothing was read");
		}
		return read * TimeUnit.SECONDS.toNanos(1) / taken;
	}

	private interface Parser {

		LogLine parse(String line) throws MalformedLineException;

	}

}
