package io.doab.stream;

import java.util.List;

/**
 * Processes several events of one stream and partition at once, in stream order: for
 * effects that are cheaper in bulk, such as rows of a database.
 *
 * <p>
 * All of a batch is done or none is. A batch that failed comes again, whole at first and
 * then in halves and halves of these, so that only what cannot be processed is
 * dead-lettered.
 */
@FunctionalInterface
public interface EventBatchProcessor<T> {

	void process(List<Event<T>> events) throws Exception;

}
