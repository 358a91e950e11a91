package io.doab.cli;

import java.util.Objects;

import picocli.CommandLine.IVersionProvider;

/**
 * The version, as it was built.
 */
final class DoabVersion implements IVersionProvider {

	@Override
	public String[] getVersion() {
		String version = Doab.class.getPackage().getImplementationVersion();
		return new String[] { "doab " + Objects.requireNonNullElse(version, "(not packaged)") };
	}

}
