package io.doab.cli;

import java.io.InputStream;
import java.util.Map;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Makes commands and their parts, and gives them what they have of their surroundings.
 */
final class CommandFactory implements IFactory {

	private final Map<String, String> environment;

	private final InputStream in;

	CommandFactory(Map<String, String> environment, InputStream in) {
		this.environment = Map.copyOf(environment);
		this.in = in;
	}

	@Override
	public <K> K create(Class<K> type) throws Exception {
		if (type == ServerOptions.class) {
			return type.cast(new ServerOptions(this.environment));
		}
		return (type == PublishCommand.class) ? type.cast(new PublishCommand(this.in))
				: CommandLine.defaultFactory().create(type);
	}

}
