package io.doab.benchmarks.harness;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * What was used up to a moment: time, processor time of this process and of the server,
 * and what this process allocated.
 */
public record Usage(long nanos, long clientCpuNanos, long serverCpuNanos, long allocatedBytes) {

	/** What was used until now. */
	public static Usage now(Collection<Long> serverPids) {
		return new Usage(System.nanoTime(), processCpuNanos(), cpuNanos(serverPids), allocated());
	}

	/** What was used since then. */
	public Usage since(Usage earlier) {
		return new Usage(this.nanos - earlier.nanos, this.clientCpuNanos - earlier.clientCpuNanos,
				this.serverCpuNanos - earlier.serverCpuNanos, this.allocatedBytes - earlier.allocatedBytes);
	}

	/** The processor time of other processes; those that are gone have none. */
	public static long cpuNanos(Collection<Long> pids) {
		return pids.stream()
			.mapToLong((pid) -> ProcessHandle.of(pid)
				.flatMap((process) -> process.info().totalCpuDuration())
				.orElse(Duration.ZERO)
				.toNanos())
			.sum();
	}

	private static long processCpuNanos() {
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
	}

	/** By all threads, those that have ended included. */
	private static long allocated() {
		return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes();
	}

}
