package io.doab.stream.engine;

import java.util.List;

/** Runs works of a lane. */
interface WorkRunner {

	Outcome run(OwnedPartition partition, List<Work> works);

}
