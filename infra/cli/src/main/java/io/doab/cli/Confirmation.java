package io.doab.cli;

import java.io.Console;

import picocli.CommandLine.Option;

/**
 * Asks before something is changed that cannot be changed back.
 */
final class Confirmation {

	@Option(names = { "-y", "--yes" }, description = "do not ask")
	private boolean yes;

	/**
	 * Asks.
	 * @throws IllegalStateException when the answer is no, or there is nobody to ask
	 */
	void require(String question) {
		if (this.yes) {
			return;
		}
		Console console = System.console();
		if (console == null || !console.isTerminal()) {
			throw new IllegalStateException("Not done, for there is nobody to ask: " + question + " Say --yes");
		}
		String answer = console.readLine("%s [y/N] ", question);
		if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
			throw new IllegalStateException("Not done");
		}
	}

}
