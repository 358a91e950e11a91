package io.doab.stream;

/**
 * One partition of a stream.
 */
public record StreamPartition(String stream, int partition) {

	@Override
	public String toString() {
		return this.stream + ":" + this.partition;
	}

}
