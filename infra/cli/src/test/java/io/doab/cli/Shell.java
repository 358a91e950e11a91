package io.doab.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs commands in an environment.
 */
record Shell(Map<String, String> environment) {

	/** What a command printed, and how it ended. */
	record Result(int status, String out, String err) {

		List<String> lines() {
			return this.out.lines().toList();
		}

		List<JsonNode> json() {
			return this.out.lines().map(JsonMapper.shared()::readTree).toList();
		}

	}

	Result run(String... arguments) {
		return runWithInput("", arguments);
	}

	Result runWithInput(String input, String... arguments) {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		int status = Doab.run(this.environment, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
				new PrintWriter(out), new PrintWriter(err), arguments);
		return new Result(status, out.toString(), err.toString());
	}

}
