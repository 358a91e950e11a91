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
	 * Returns whether to go on. Without a terminal to ask on it is refused.
	 */
	@SuppressWarnings("SystemConsoleNull") // it still may be
	boolean isGiven(String question, Output output) {
		if (this.yes) {
			return true;
		}
		Console console = System.console();
		if (console == null || !console.isTerminal()) {
			output.err().println(question + " Not done: there is nobody to ask. Say --yes");
			return false;
		}
		String answer = console.readLine("%s [y/N] ", question);
		return answer != null && answer.strip().equalsIgnoreCase("y");
	}

}
