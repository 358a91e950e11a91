package io.doab.benchmarks.harness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.management.OperatingSystemMXBean;
import io.doab.servers.JavaRuntime;
import io.doab.servers.RedisServer;

/**
 * On what it was measured: figures of another machine, or of other versions, are not to
 * be compared with these.
 */
final class Machine {

	private static final Pattern JAR = Pattern.compile(
			"(lettuce-core|kafka-clients|kafka-streams|spring-data-redis|spring-kafka|redisson|parallel-consumer-core|spring-cloud-stream|spring-boot|embedded-redis|kafka_2\\.13)-(\\d[^/]*)\\.jar");

	private Machine() {
	}

	/** What is known of it, by name. */
	static Map<String, String> describe() {
		Map<String, String> facts = new LinkedHashMap<>();
		facts.put("processor", Runtime.getRuntime().availableProcessors() + " x "
				+ fromFile("/proc/cpuinfo", "model name\\s*:\\s*(.+)"));
		facts.put("memory", ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
				/ (1024 * 1024 * 1024) + " GiB");
		facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
		facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
		facts.put("client processes", String.join(" ", ContenderClient.JVM_OPTIONS));
		return facts;
	}

	/** The versions of what is measured. */
	static Map<String, String> versions() {
		Map<String, String> versions = new TreeMap<>();
		for (String entry : JavaRuntime.classPath()) {
			Matcher jar = JAR.matcher(entry);
			if (jar.find()) {
				versions.put(jar.group(1), jar.group(2));
			}
		}
		versions.put("redis-server", RedisServer.VERSION);
		return versions;
	}

	private static String fromFile(String file, String pattern) {
		try {
			Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
			return matcher.find() ? matcher.group(1).trim() : System.getProperty("os.arch");
		}
		catch (IOException ex) {
			return System.getProperty("os.arch");
		}
	}

}
