package io.doab.benchmarks;

import java.nio.file.Path;

import io.doab.benchmarks.harness.Progress;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workbench;
import io.doab.benchmarks.kafka.KafkaProgress;
import io.doab.benchmarks.kafka.KafkaWorkbench;
import io.doab.benchmarks.redis.RedisProgress;
import io.doab.benchmarks.redis.RedisWorkbench;

/** What there is for each backend. */
final class Servers {

	private Servers() {
	}

	/** How far the group of a task is. */
	static Progress progress(Task task) {
		return switch (task.backend()) {
			case "redis" -> new RedisProgress(task);
			case "kafka" -> new KafkaProgress(task);
			default -> throw new IllegalArgumentException("Unknown backend " + task.backend());
		};
	}

	/** Starts a server. */
	static Workbench workbench(String backend, Path folder) {
		return switch (backend) {
			case "redis" -> new RedisWorkbench(folder);
			case "kafka" -> new KafkaWorkbench(folder);
			default -> throw new IllegalArgumentException("Unknown backend " + backend);
		};
	}

}
