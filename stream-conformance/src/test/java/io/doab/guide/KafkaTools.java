package io.doab.guide;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.doab.servers.JavaRuntime;

/**
 * Kafka's own command line tools, in a process of their own that is used again and again.
 * One command at a time.
 */
final class KafkaTools implements AutoCloseable {

	/** What the scripts of a Kafka installation start. */
	private static final Map<String, String> SCRIPTS = Map.of("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand",
			"kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer", "kafka-console-consumer.sh",
			"org.apache.kafka.tools.consumer.ConsoleConsumer", "kafka-console-share-consumer.sh",
			"org.apache.kafka.tools.consumer.ConsoleShareConsumer", "kafka-consumer-groups.sh",
			"org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "kafka-share-groups.sh",
			"org.apache.kafka.tools.consumer.group.ShareGroupCommand", "kafka-configs.sh", "kafka.admin.ConfigCommand",
			"kafka-get-offsets.sh", "org.apache.kafka.tools.GetOffsetShell", "kafka-delete-records.sh",
			"org.apache.kafka.tools.DeleteRecordsCommand");

	private final Process process;

	private final Path errors;

	private final DataOutputStream in;

	private final DataInputStream out;

	KafkaTools() {
		try {
			this.errors = Files.createTempFile("doab-kafka-tools", ".log");
			this.errors.toFile().deleteOnExit();
			this.process = new ProcessBuilder(JavaRuntime.executable(), "-Xmx96m", "-XX:+UseSerialGC",
					"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dkafka.log=ERROR", "-cp",
					String.join(System.getProperty("path.separator"), JavaRuntime.classPath()),
					KafkaToolsMain.class.getName())
				.redirectError(this.errors.toFile())
				.start();
			this.in = new DataOutputStream(this.process.getOutputStream());
			this.out = new DataInputStream(this.process.getInputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs a tool and waits until it has ended.
	 * @param script what users call it, such as {@code kafka-topics.sh}
	 * @param input what it reads
	 * @return what it printed, the messages for its user left out
	 * @throws IllegalStateException when it failed
	 */
	synchronized String run(String script, List<String> arguments, String input) {
		String mainClass = SCRIPTS.get(script);
		if (mainClass == null) {
			throw new IllegalArgumentException("No tool of Kafka is called " + script + ": add it here if there is");
		}
		try {
			this.in.writeUTF(mainClass);
			this.in.writeInt(arguments.size());
			for (String argument : arguments) {
				this.in.writeUTF(argument);
			}
			this.in.writeUTF(input);
			this.in.flush();
			int status = this.out.readInt();
			String printed = this.out.readUTF();
			if (status != 0) {
				throw new IllegalStateException(script + " " + String.join(" ", arguments) + " ended with status "
						+ status + ":\n" + printed + Files.readString(this.errors));
			}
			return printed;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
