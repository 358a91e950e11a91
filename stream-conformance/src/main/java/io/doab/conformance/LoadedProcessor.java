package io.doab.conformance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.StreamRecord;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A processor under load while servers break: it copies each event, and counts those of
 * each key by its state. Afterwards outputs, state and inputs must tell the same,
 * whatever a failover took from all of them together.
 */
public final class LoadedProcessor implements BackendCases, AutoCloseable {

	private static final int KEYS = 24;

	private final BackendFixture fixture;

	private final int partitions;

	private final String in = unique("in");

	private final String out = unique("out");

	private final String counts = unique("counts");

	private final String group = unique("loaded");

	private final Application source;

	private final Application app;

	private final AtomicBoolean enough = new AtomicBoolean();

	private final CompletableFuture<Integer> publishing;

	/** Starts, and returns when it is at work. */
	public LoadedProcessor(BackendFixture fixture, int partitions) {
		this.fixture = fixture;
		this.partitions = partitions;
		this.source = new Application(fixture, Network.ONE, partitions);
		this.app = new Application(fixture, Network.OTHER, partitions);
		this.app.start(definition());
		this.publishing = this.source.publishUntil(this.enough::get, this.in, KEYS);
		awaitProgress(100);
	}

	private ProcessorDefinition definition() {
		return ProcessorDefinition.named(this.group).on(this.in, Item.class, (event, context) -> {
			var count = context.state("count", Integer.class);
			int before = count.get().orElse(0);
			count.put(before + 1);
			context.emit(this.out, "copied", event.data());
			context.emit(this.counts, "counted", new Item(event.data().key(), before));
		}).state("count", Integer.class).output(this.out).output(this.counts).deduplicate(Duration.ofHours(1)).build();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	/** The application that processes. */
	public Application application() {
		return this.app;
	}

	public ProcessorStatus status() {
		return this.app.status(this.group);
	}

	/** Waits for so many outputs more than there are. */
	public void awaitProgress(int more) {
		int before = read(this.out, this.partitions).size();
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(read(this.out, this.partitions)).as("outputs; " + status().reason())
				.hasSizeGreaterThanOrEqualTo(before + more));
	}

	/**
	 * Has {@link #application()} publish events of keys that nobody else has, each until
	 * it is accepted.
	 */
	public void publish(String prefix, int count) {
		IntStream.range(0, count).forEach((i) -> this.app.publishUntilAccepted(this.in, Item.event(prefix + i, 0)));
	}

	/** The keys of all outputs. */
	public List<String> keysOfOutputs() {
		return itemsOf(this.out).stream().map(Item::key).distinct().toList();
	}

	/**
	 * Ends the load, and asserts that every event that is in its stream was processed
	 * once, in the order of its key, and counted by the state that went with it.
	 * @return how many of those events are not there any more that were accepted
	 */
	public int finish() {
		this.enough.set(true);
		int accepted = this.publishing.join();
		BackendCases.eventually().untilAsserted(() -> {
			Map<String, List<Integer>> inputs = numbers(this.in);
			assertThat(numbers(this.out)).isEqualTo(inputs);
			Map<String, List<Integer>> counted = numbers(this.counts);
			inputs.forEach((key, numbers) -> assertThat(counted.get(key)).as(key)
				.isEqualTo(IntStream.range(0, numbers.size()).boxed().toList()));
		});
		assertThat(itemsOf(this.out)).as("outputs").doesNotHaveDuplicates();
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(status().state()).isEqualTo(ProcessorStatus.State.RUNNING));
		return accepted
				- (int) itemsOf(this.in).stream().filter((item) -> item.key().startsWith("key")).distinct().count();
	}

	/** The numbers of each key, in the order of its partition, repetitions aside. */
	private Map<String, List<Integer>> numbers(String stream) {
		return new LinkedHashSet<>(itemsOf(stream)).stream()
			.collect(Collectors.groupingBy(Item::key, LinkedHashMap::new,
					Collectors.mapping(Item::number, Collectors.toList())));
	}

	private List<Item> itemsOf(String stream) {
		JsonPayloadCodec codec = new JsonPayloadCodec();
		List<StreamRecord> records = read(stream, this.partitions);
		return records.stream().map((record) -> codec.decode(record.event().data(), Item.class)).toList();
	}

	@Override
	public void close() {
		this.enough.set(true);
		this.app.close();
		this.source.close();
	}

}
