package io.doab.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds.
 *
 * @param heapBytes that are used after a collection
 * @param residentBytes of the process, heap that it keeps for itself included; 0 where
 * the system does not tell
 * @param threads of the platform
 */
public record Footprint(long heapBytes, long residentBytes, int threads) {

	private static final Path STATUS = Path.of("/proc/self/status");

	private static final double MEBIBYTE = 1024 * 1024;

	private static final int COLLECTIONS = 3;

	double heapMebibytes() {
		return this.heapBytes / MEBIBYTE;
	}

	double residentMebibytes() {
		return this.residentBytes / MEBIBYTE;
	}

	/** That of this process. */
	static Footprint now() {
		// What one leaves to be finished, the next one takes.
		for (int i = 0; i < COLLECTIONS; i++) {
			System.gc();
		}
		return new Footprint(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), resident(),
				ManagementFactory.getThreadMXBean().getThreadCount());
	}

	private static long resident() {
		if (!Files.isReadable(STATUS)) {
			return 0;
		}
		try {
			return Files.readAllLines(STATUS)
				.stream()
				.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
