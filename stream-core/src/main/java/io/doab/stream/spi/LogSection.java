package io.doab.stream.spi;

import java.util.List;

import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;

/**
 * A section of the log of partitions, read page by page. For one thread, but for
 * {@link #close()}.
 *
 * <p>
 * It ends with what is there when a partition is first asked for.
 */
public interface LogSection extends AutoCloseable {

	/**
	 * The next events of a partition, in the direction of the range; none when there are
	 * no more, or when it was closed. Blocks.
	 * @param wanted how many will be used: more may come, and less though there are more
	 * @throws RetriableException when the backend cannot be reached: ask again, and
	 * nothing is left out or comes twice
	 */
	List<LogEntry> next(StreamPartition partition, int wanted);

	@Override
	void close();

}
