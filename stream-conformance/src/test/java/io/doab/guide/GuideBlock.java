package io.doab.guide;

import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of the guide.
 *
 * @param heading the heading above it
 * @param language what stands behind the fence
 * @param line the line of the file in which it begins, the fence left out
 */
record GuideBlock(String heading, String language, int line, List<String> lines) {

	/**
	 * What is typed and what is answered, of a block in which a line with one of the
	 * prompts is a command. One that ends in a backslash goes on in the next line.
	 */
	List<Exchange> exchanges(List<String> prompts) {
		List<Exchange> exchanges = new ArrayList<>();
		for (int i = 0; i < this.lines.size(); i++) {
			String text = this.lines.get(i);
			String prompt = prompts.stream().filter(text::startsWith).findFirst().orElse("");
			if (prompt.isEmpty()) {
				if (exchanges.isEmpty()) {
					throw new IllegalStateException(this + " does not begin with one of the prompts " + prompts);
				}
				exchanges.getLast().reply().add(text);
				continue;
			}
			StringBuilder command = new StringBuilder(text.substring(prompt.length()));
			while (command.charAt(command.length() - 1) == '\\') {
				command.setLength(command.length() - 1);
				command.append(this.lines.get(++i).strip());
			}
			exchanges.add(new Exchange(prompt, command.toString(), new ArrayList<>()));
		}
		return exchanges;
	}

	@Override
	public String toString() {
		return "docs/guide.md:" + this.line + " (" + this.heading + ", " + this.language + ")";
	}

	/** A command and what is answered. */
	record Exchange(String prompt, String command, List<String> reply) {

	}

}
