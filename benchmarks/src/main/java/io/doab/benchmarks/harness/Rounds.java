package io.doab.benchmarks.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounds in which every contender has its turn, A B C A B C: what else happens on the
 * machine happens to all. The first of them warm up and do not count: until the compiler
 * has met all of a contender's code, most of what is measured is the compiler.
 */
public final class Rounds {

	private Rounds() {
	}

	/**
	 * Runs them.
	 * @param warmUps how many go before those, and do not count
	 * @param measured how many count
	 * @param contenders with what each runs in
	 * @return what each needed in each round that counts
	 */
	public static <C> Map<Entrant, List<Measured>> inTurn(int warmUps, int measured, Map<Entrant, C> contenders,
			Turn<C> turn) {
		for (int round = 1 - warmUps; round <= 0; round++) {
			for (Map.Entry<Entrant, C> contender : contenders.entrySet()) {
				turn.run(contender.getKey(), contender.getValue(), round);
			}
		}
		return warmInTurn(measured, contenders, turn);
	}

	/**
	 * The same of contenders that have warmed up already.
	 */
	static <C> Map<Entrant, List<Measured>> warmInTurn(int measured, Map<Entrant, C> contenders, Turn<C> turn) {
		Map<Entrant, List<Measured>> all = new LinkedHashMap<>();
		for (int round = 1; round <= measured; round++) {
			for (Map.Entry<Entrant, C> contender : contenders.entrySet()) {
				all.computeIfAbsent(contender.getKey(), (entrant) -> new ArrayList<>())
					.add(turn.run(contender.getKey(), contender.getValue(), round));
			}
		}
		return all;
	}

	/**
	 * What a round is called. The first that counts is 1; those before it are 0 and less.
	 */
	public static String label(int round) {
		return (round <= 0) ? "warm-up" : "round " + round;
	}

	/**
	 * One contender in one round.
	 *
	 * @param <C> what a contender runs in
	 */
	@FunctionalInterface
	public interface Turn<C> {

		Measured run(Entrant entrant, C contender, int round);

	}

}
