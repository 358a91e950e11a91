package io.doab.stream.redis;

import java.util.List;
import java.util.stream.IntStream;

import io.doab.conformance.AdminCases;
import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.Item;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.GroupAdmin;
import io.doab.stream.GroupDescription;
import io.doab.stream.GroupReset;
import io.doab.stream.Lag;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ResetTarget;
import io.doab.stream.StartAt;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Consumer;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XTrimArgs;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is told of groups when Redis itself does not know.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisAdminTests implements BackendCases {

	private RedisFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	private void run(ProcessorDefinition processor, String out, int outputs) {
		try (Application app = new Application(this.fixture)) {
			app.start(processor);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(outputs));
		}
	}

	@Test
	void theLagIsTheTruthAfterEntriesWereRemovedTrimmedAndFlushed() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("gaps");
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(60, 12));
			run(AdminCases.copying(group, in, out), out, 60);
			app.publish(in, Item.events(30, 12));
			GroupAdmin groups = app.admin().groups();
			assertThat(groups.describe(group).lag().events()).isEqualTo(30);

			int partition = Partitioner.partition("key0", 3);
			String key = RedisKeys.stream(in, partition);
			List<StreamRecord> records = this.fixture.read(in, partition);
			this.fixture.commands()
				.xdel(key, records.getFirst().position().toString(), records.getLast().position().toString(),
						records.get(records.size() - 2).position().toString());
			assertThat(groups.describe(group).lag()).satisfies((lag) -> {
				assertThat(lag.events()).isEqualTo(28);
				assertThat(lag.exact()).isTrue();
			});
			this.fixture.commands().xtrim(key, XTrimArgs.Builder.maxlen(3));
			long others = groups.describe(group)
				.partitions()
				.stream()
				.filter((other) -> other.partition() != partition)
				.mapToLong((other) -> other.inputs().getFirst().lag().events())
				.sum();
			assertThat(groups.describe(group).lag().events()).isEqualTo(others + 3);

			this.fixture.commands().flushall();
			assertThatThrownBy(() -> groups.describe(group)).isInstanceOf(IllegalArgumentException.class);
			app.publish(in, Item.events(9, 9));
			run(AdminCases.copying(group, in, out), out, 9);
			app.publish(in, Item.events(4, 4));
			assertThat(groups.describe(group).lag().events()).isEqualTo(4);
		}
	}

	@Test
	void aLongLagIsToldByTheServersCountersAndSaidNotToBeCounted() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("long");
		ProcessorDefinition latest = ProcessorDefinition.named(group)
			.on(in, Item.class, (event, context) -> context.emit(out, "copied", event.data()))
			.output(out)
			.startAt(StartAt.LATEST)
			.build();
		try (Application app = new Application(this.fixture)) {
			app.publish(in, ofKey(0, 300));
			try (Application runs = new Application(this.fixture)) {
				runs.start(latest);
				BackendCases.eventually().until(() -> runs.status(group).partitions().size() == 3);
				runs.publish(in, ofKey(300, 310));
				BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(10));
			}
			app.publish(in, ofKey(310, 310 + Lag.COUNTED));
			Lag counted = app.admin().groups().describe(group).lag();
			assertThat(counted.events()).isEqualTo(Lag.COUNTED);
			assertThat(counted.exact()).isTrue();
			app.publish(in, ofKey(2_000, 2_700));
			Lag reckoned = app.admin().groups().describe(group).lag();
			assertThat(reckoned.events()).isEqualTo(Lag.COUNTED + 700);
			assertThat(reckoned.exact()).isFalse();
			app.admin().groups().reset(GroupReset.of(group, new ResetTarget.Earliest()));
			assertThat(app.admin().groups().describe(group).lag().events()).isEqualTo(310 + Lag.COUNTED + 700);
		}
	}

	private static List<io.doab.stream.Event<Item>> ofKey(int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> Item.event("key", number)).toList();
	}

	@Test
	@SuppressWarnings("unchecked")
	void aConsumerGroupOfAnotherClientIsToldAndNotReset() {
		String in = unique("in");
		String group = unique("foreign");
		try (Application app = new Application(this.fixture)) {
			app.publish(in, ofKey(0, 20));
			String key = RedisKeys.stream(in, Partitioner.partition("key", 3));
			this.fixture.commands().xgroupCreate(XReadArgs.StreamOffset.from(key, "0"), group);
			this.fixture.commands()
				.xreadgroup(Consumer.from(group, "somebody"), XReadArgs.Builder.count(5),
						XReadArgs.StreamOffset.lastConsumed(key));
			GroupDescription described = app.admin().groups().describe(group);
			assertThat(described.kind()).isEqualTo(GroupDescription.Kind.FOREIGN);
			// What was delivered and not acknowledged is not done.
			assertThat(described.lag().events()).isEqualTo(20);
			assertThat(app.admin().describe(in).groups()).contains(group);
			assertThatThrownBy(() -> app.admin().groups().reset(GroupReset.of(group, new ResetTarget.Latest())))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("XGROUP SETID");
		}
	}

}
