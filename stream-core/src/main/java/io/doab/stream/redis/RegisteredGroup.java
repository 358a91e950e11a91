package io.doab.stream.redis;

import java.util.List;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.GroupSpec;

/**
 * A group as its members register it, for operators only: {@code 1 <partitions>
 * <input>,<input>}. The first character is the version of the format.
 */
record RegisteredGroup(int partitions, List<String> inputs) {

	private static final String VERSION = "1";

	static RegisteredGroup of(GroupSpec group) {
		return new RegisteredGroup(group.partitions(), group.inputs());
	}

	String encode() {
		return VERSION + " " + this.partitions + " " + String.join(",", this.inputs);
	}

	static RegisteredGroup decode(String group, String text) {
		String[] words = text.split(" ", 3);
		if (words.length < 3 || !words[0].equals(VERSION)) {
			throw new FatalStreamException("What is registered of group " + group + " in " + RedisKeys.GROUPS + " is '"
					+ text + "', which this program does not know: run the newer program that wrote it", null);
		}
		return new RegisteredGroup(Integer.parseInt(words[1]), List.of(words[2].split(",")));
	}

}
