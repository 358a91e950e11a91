package io.doab.stream.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.BroadcastDefinition;
import io.doab.stream.Event;
import io.doab.stream.EventCursor;
import io.doab.stream.EventPublisher;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryMode;
import io.doab.stream.RetrySettings;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamProcessor;
import io.doab.stream.StreamRange;
import io.doab.stream.StreamReader;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.spi.StreamBackend;

import org.awaitility.Awaitility;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application has to write and to configure.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoabAutoConfigurationTests {

	private RedisServer server;

	record Name(String text) {
	}

	record Greeting(String text) {
	}

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = RedisServer.start(Ports.free(), folder);
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	private ApplicationContextRunner application(Class<?>... configuration) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, KafkaAutoConfiguration.class,
					DoabAutoConfiguration.class))
			.withUserConfiguration(configuration)
			.withPropertyValues("spring.data.redis.port=" + this.server.port());
	}

	@Test
	void aMethodIsAProcessorAndItsValueIsEmitted() {
		application(Greeter.class, Listener.class).run((context) -> {
			context.getBean(EventPublisher.class).publish("names", Event.of("name", "k", new Name("Ada"))).join();
			assertThat(context.getBean(Listener.class).heard.poll(20, TimeUnit.SECONDS))
				.isEqualTo("greeting of k: Hello Ada");
		});
	}

	@Test
	void configurationOverridesAProcessorWithoutCode() {
		application(Refuser.class)
			.withPropertyValues("doab.processors[refuser].retry.max-attempts=2",
					"doab.processors[refuser].retry.initial-delay=1ms", "doab.processors[refuser].concurrency=1")
			.run((context) -> {
				EventPublisher publisher = context.getBean(EventPublisher.class);
				for (String key : List.of("a", "b", "c", "d", "e", "f")) {
					publisher.publish("refused", Event.of("name", key, new Name(key))).join();
				}
				Refuser refuser = context.getBean(Refuser.class);
				for (int i = 0; i < 6; i++) {
					assertThat(refuser.dead.poll(20, TimeUnit.SECONDS)).isNotNull();
				}
				assertThat(refuser.attempts).hasValue(12);
				assertThat(refuser.atOnceMost).hasValue(1);
			});
	}

	@Test
	void configurationSaysWhichFailuresAreFatalAndLeavesTheRestAsItIs() {
		application(Refuser.class)
			.withPropertyValues("doab.processors[refuser].retry.fatal[0]=java.lang.IllegalStateException",
					"doab.processors[refuser].retry.deadline=1h", "doab.processors[refuser].retry.mode=non-blocking",
					"doab.processors[refuser].retry.park-after=1m",
					"doab.processors[refuser].retry.max-parked-events=7",
					"doab.processors[refuser].retry.max-parked-size=1MB")
			.run((context) -> {
				context.getBean(EventPublisher.class).publish("refused", Event.of("name", "a", new Name("a"))).join();
				Refuser refuser = context.getBean(Refuser.class);
				assertThat(refuser.dead.poll(20, TimeUnit.SECONDS)).isNotNull();
				assertThat(refuser.attempts).hasValue(1);
				assertThat(context.getBean(ProcessorLifecycle.class).started())
					.filteredOn((definition) -> definition.name().equals("refuser"))
					.singleElement()
					.satisfies((definition) -> assertThat(definition.settings().retries())
						.isEqualTo(new RetrySettings(RetryMode.NON_BLOCKING, Duration.ofMinutes(1), 7, 1024 * 1024)));
			});
	}

	@Test
	void retriesThatAreConfiguredWronglyStopTheStartAndNameTheProperty() {
		application(Refuser.class)
			.withPropertyValues("doab.processors[refuser].retry.fatal[0]=java.lang.Exception",
					"doab.processors[refuser].retry.fatal[1]=com.example.Mispelt")
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.hasMessageContaining("doab.processors[refuser].retry.fatal[1] names 'com.example.Mispelt'"));
		application(Refuser.class).withPropertyValues("doab.processors[refuser].retry.retryable[0]=java.lang.String")
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.hasMessageContaining("doab.processors[refuser].retry.retryable[0]")
				.hasMessageContaining("no exception"));
		application(Refuser.class).withPropertyValues("doab.processors[refuser].retry.deadline=-1s")
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.hasMessageContaining("doab.processors[refuser].retry cannot be used: deadline PT-1S"));
	}

	@Test
	void aBroadcastIsABeanThatShowsInHealthAndAReaderIsThere() {
		application(Everyone.class).run((context) -> {
			context.getBean(EventPublisher.class).publish("told", Event.of("name", "k", new Name("Ada"))).join();
			assertThat(context.getBean(Everyone.class).heard.poll(20, TimeUnit.SECONDS)).isEqualTo("Ada");
			Awaitility.await()
				.untilAsserted(() -> assertThat(health(context, "broadcastsHealthIndicator").getStatus())
					.isEqualTo(Status.UP));
			assertThat(health(context, "broadcastsHealthIndicator").getDetails()).containsOnlyKeys("everyone");
			try (EventCursor<Name> all = context.getBean(StreamReader.class)
				.range(StreamRange.of("told"), Name.class)) {
				assertThat(all.stream().map((stored) -> stored.event().data())).containsExactly(new Name("Ada"));
			}
		});
	}

	@Test
	void withoutBroadcastsHealthDoesNotSpeakOfThem() {
		application(Greeter.class).run((context) -> assertThat(context).doesNotHaveBean("broadcastsHealthIndicator"));
	}

	@Test
	void aProcessorCanBeSwitchedOff() {
		application(Greeter.class, Listener.class).withPropertyValues("doab.processors[greeter].enabled=false")
			.run((context) -> assertThat(health(context, "processorsHealthIndicator").getDetails())
				.containsOnlyKeys("listener"));
	}

	@Test
	void configurationOfAProcessorThatIsNotThereStopsTheStart() {
		application(Greeter.class).withPropertyValues("doab.processors[greter].concurrency=2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("doab.processors[greter]")
				.hasMessageContaining("It has [greeter]"));
	}

	@Test
	void aMethodThatCannotBeAProcessorStopsTheStartAndSaysWhy() {
		application(WithoutPayload.class).run((
				context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("must take the payload"));
		application(WithoutOutput.class).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("set output and outputType"));
	}

	@Test
	void aStreamWithAnotherNumberOfPartitionsStopsTheStartAndSaysWhatToSet() {
		application().run((context) -> context.getBean(EventPublisher.class)
			.publish("counted", Event.of("name", "k", new Name("Ada")))
			.join());
		application(Counter.class).withPropertyValues("doab.streams[counted].partitions=5").run((context) -> {
			org.awaitility.Awaitility.await()
				.untilAsserted(() -> assertThat(health(context, "processorsHealthIndicator").getDetails().toString())
					.contains("doab.streams[counted].partitions=3"));
			assertThat(health(context, "processorsHealthIndicator").getStatus()).isEqualTo(Status.DOWN);
		});
	}

	@Test
	void theEndpointTellsOfBackendStreamsAndProcessorsWhereItIsExposed() {
		application(Greeter.class).withPropertyValues("management.endpoints.web.exposure.include=streams")
			.run((context) -> {
				StreamsEndpoint endpoint = context.getBean(StreamsEndpoint.class);
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(endpoint.streams().processors()).singleElement().satisfies((processor) -> {
								assertThat(processor.name()).isEqualTo("greeter");
								assertThat(processor.state()).isEqualTo(ProcessorStatus.State.RUNNING);
								assertThat(processor.partitions()).containsExactly(0, 1, 2);
								assertThat(processor.inputs()).containsExactly("names");
								assertThat(processor.outputs()).containsExactly("greetings");
							}));
				assertThat(endpoint.streams().backend().name()).isEqualTo("redis");
				assertThat(endpoint.streams().backend().up()).isTrue();
				assertThat(endpoint.streams().streams()).containsExactly(
						new StreamsEndpoint.KnownStream("greetings", 3, Duration.ofDays(7)),
						new StreamsEndpoint.KnownStream("names", 3, Duration.ofDays(7)));
			});
		application(Greeter.class).run((context) -> assertThat(context).doesNotHaveBean(StreamsEndpoint.class));
	}

	@Test
	void aBackendThatIsNoneStopsTheStartAndNamesTheProperty() {
		application().withPropertyValues("doab.backend=rabbit").run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void aGroupProtocolThatIsNoneStopsTheStartAndNamesTheProperty() {
		application()
			.withPropertyValues("doab.backend=kafka", "spring.kafka.bootstrap-servers=localhost:1",
					"doab.kafka.group-protocol=eager")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("doab.kafka.group-protocol"));
	}

	@Test
	void thePropertyChoosesTheBackend() {
		application().run((context) -> assertThat(context.getBean(StreamBackend.class).name()).isEqualTo("redis"));
		application().withPropertyValues("doab.backend=kafka", "spring.kafka.bootstrap-servers=localhost:1")
			.run((context) -> {
				assertThat(context.getBean(StreamBackend.class).name()).isEqualTo("kafka");
				assertThat(health(context, "streamBackendHealthIndicator").getStatus()).isEqualTo(Status.DOWN);
			});
	}

	private static Health health(ApplicationContext context, String indicator) {
		return Objects.requireNonNull(context.getBean(indicator, HealthIndicator.class).health());
	}

	@Configuration(proxyBeanMethods = false)
	static class Greeter {

		@StreamProcessor(group = "greeter", input = "names", output = "greetings", outputType = "greeting")
		Greeting greet(Name name) {
			return new Greeting("Hello " + name.text());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listener {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@StreamProcessor(group = "listener", input = "greetings")
		void hear(ProcessingContext context, Event<Greeting> event) {
			this.heard.add(event.type() + " of " + event.key() + ": " + event.data().text());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Refuser {

		private final AtomicInteger attempts = new AtomicInteger();

		private final AtomicInteger atOnce = new AtomicInteger();

		private final AtomicInteger atOnceMost = new AtomicInteger();

		private final BlockingQueue<String> dead = new LinkedBlockingQueue<>();

		@Bean
		ProcessorDefinition refuser() {
			return ProcessorDefinition.named("refuser").on("refused", Name.class, (event, context) -> {
				this.attempts.incrementAndGet();
				this.atOnceMost.accumulateAndGet(this.atOnce.incrementAndGet(), Math::max);
				TimeUnit.MILLISECONDS.sleep(5);
				this.atOnce.decrementAndGet();
				throw new IllegalStateException("never");
			}).build();
		}

		@StreamProcessor(group = "undertaker", input = "refused.dead-letter")
		void bury(Name name) {
			this.dead.add(name.text());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Counter {

		private final Set<String> seen = ConcurrentHashMap.newKeySet();

		@StreamProcessor(group = "counter", input = "counted")
		void count(Name name) {
			this.seen.add(name.text());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutPayload {

		@StreamProcessor(group = "wrong", input = "names")
		void wrong(ProcessingContext context) {
			context.emit("nowhere", "none", "none");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Everyone {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@Bean
		BroadcastDefinition everyone() {
			return BroadcastDefinition.named("everyone")
				.on("told", Name.class, (stored) -> this.heard.add(stored.event().data().text()))
				.from(StreamPoint.beginning())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutOutput {

		@StreamProcessor(group = "wrong", input = "names")
		Greeting wrong(Name name) {
			return new Greeting(name.text());
		}

	}

}
