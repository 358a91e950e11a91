package io.doab.benchmarks.harness;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One piece of work for one contender. Everything that it touches is its own, but for the
 * input, which all contenders read.
 *
 * @param backend redis or kafka
 * @param address of the server, {@code host:port}
 * @param group the consumer group, which is new
 * @param input the stream that is read
 * @param output the stream that is written, which is there and empty
 * @param partitions of either stream
 * @param members how many of the group this contender is, each with connections of its
 * own
 * @param events how many the input has, numbered from 0
 * @param keys how many keys they have
 * @param handlerMillis how long a handler blocks that does
 * @param concurrency how many handlers may run at once
 * @param serverPids the processes of the server
 * @param publication how events are published, where that is all there is to do
 */
public record Task(Workload workload, String backend, String address, String group, String input, String output,
		int partitions, int members, int events, int keys, int handlerMillis, int concurrency, List<Long> serverPids,
		@Nullable Publication publication) {

	public String host() {
		return this.address.substring(0, this.address.indexOf(':'));
	}

	public int port() {
		return Integer.parseInt(this.address.substring(this.address.indexOf(':') + 1));
	}

	/**
	 * The stream of a partition, as Doab names them: all contenders on Redis read the
	 * same.
	 */
	public static String redisKey(String stream, int partition) {
		return stream + ":{P" + partition + "}";
	}

}
