package io.doab.stream.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.BroadcastDefinition;
import io.doab.stream.DelayedPublisher;
import io.doab.stream.Event;
import io.doab.stream.EventCursor;
import io.doab.stream.EventPublisher;
import io.doab.stream.GroupDescription;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.RetryMode;
import io.doab.stream.RetrySettings;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
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

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
	void aQueueIsABeanAndConfigurationOverridesIt() {
		application(Jobs.class)
			.withPropertyValues("doab.queues[jobs].delivery-limit=3", "doab.queues[jobs].retry.initial-delay=1ms",
					"doab.queues[jobs].concurrency=1", "doab.queues[jobs].visibility-time=10s")
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				context.getBean(EventPublisher.class).publish("jobs", Event.of("job", "a", new Name("a"))).join();
				assertThat(jobs.dead.poll(20, TimeUnit.SECONDS)).isNotNull();
				assertThat(jobs.deliveries).containsExactly(1, 2);
				assertThat(context.getBean(QueueLifecycle.class).started()).singleElement()
					.satisfies(
							(queue) -> assertThat(queue.settings().visibilityTime()).isEqualTo(Duration.ofSeconds(10)));
				Awaitility.await().untilAsserted(() -> {
					Health health = Objects
						.requireNonNull(context.getBean("processorsHealthIndicator", HealthIndicator.class).health());
					assertThat(health.getStatus()).isEqualTo(Status.UP);
					assertThat(health.getDetails()).containsKey("jobs");
				});
			});
	}

	@Test
	void anAtomicQueueOrABadSettingOfOneStopsTheStart() {
		application(Jobs.class).withPropertyValues("doab.queues[jobs].delivery=atomic")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("'jobs'")
				.hasMessageContaining("ATOMIC"));
		application(Jobs.class).withPropertyValues("doab.queues[jobs].delivery-limit=1")
			.run((context) -> assertThat(context.getStartupFailure()).cause()
				.hasMessageContaining("doab.queues[jobs]")
				.hasMessageContaining("deliveryLimit 1"));
		application(Jobs.class).withPropertyValues("doab.queues[mispelt].concurrency=1")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("doab.queues[mispelt]"));
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
	void anAcknowledgementIsConfiguredForAllStreamsAndForOne() {
		application()
			.withPropertyValues("doab.publisher.acknowledgement=none", "doab.publisher.timeout=3s",
					"doab.streams[kept].acknowledgement=leader", "doab.streams[kept].delayed=true")
			.run((context) -> {
				EventPublisher publisher = context.getBean(EventPublisher.class);
				assertThat(publisher.publish("names", Event.of("name", "k", new Name("Ada"))).join().position())
					.isNull();
				assertThat(publisher.publish("kept", Event.of("name", "k", new Name("Ada"))).join().position())
					.isNotNull();
				assertThat(context.getBean(DelayedPublisher.class)
					.publish("kept", Event.of("name", "k", new Name("Bob")), Instant.now())
					.join()
					.partition()
					.stream()).isEqualTo("kept.delayed");
				assertThat(context.getBean(ProcessorLifecycle.class).started()).extracting(ProcessorDefinition::name)
					.containsExactly("kept.delayed");
			});
	}

	@Test
	void whatCannotBeAcknowledgedOrKeptStopsTheStartAndNamesTheProperty() {
		application().withPropertyValues("doab.publisher.acknowledgement=all")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("doab.publisher.acknowledgement=leader"));
		application().withPropertyValues("doab.publisher.replicas=0")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("replicas"));
		application().withPropertyValues("doab.streams[kept].hard-limits=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Hard limits need a limit"));
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
	void theEndpointTellsOfStreamsAndGroupsByNameAndPausesThem() {
		application(Greeter.class).withPropertyValues("management.endpoints.web.exposure.include=streams")
			.run((context) -> {
				StreamsEndpoint endpoint = context.getBean(StreamsEndpoint.class);
				context.getBean(EventPublisher.class).publish("names", Event.of("name", "k", new Name("Ada"))).join();
				Awaitility.await()
					.until(() -> endpoint.streams().processors().getFirst().state() == ProcessorStatus.State.RUNNING);
				assertThat(endpoint.one(StreamsEndpoint.Subject.STREAM, "names"))
					.isInstanceOfSatisfying(StreamAnswer.class, (stream) -> assertThat(stream.partitions()).hasSize(3));
				assertThat(endpoint.one(StreamsEndpoint.Subject.STREAM, "nowhere")).isNull();
				Awaitility.await()
					.untilAsserted(() -> assertThat(endpoint.one(StreamsEndpoint.Subject.GROUP, "greeter"))
						.isInstanceOfSatisfying(GroupAnswer.class, (group) -> {
							assertThat(group.members()).hasSize(1);
							assertThat(group.lag().events()).isZero();
						}));
				endpoint.pause(StreamsEndpoint.Subject.PROCESSOR, "greeter", true, null);
				Awaitility.await()
					.until(() -> endpoint.streams().processors().getFirst().state() == ProcessorStatus.State.PAUSED);
				endpoint.pause(StreamsEndpoint.Subject.PROCESSOR, "greeter", false, null);
				endpoint.pause(StreamsEndpoint.Subject.GROUP, "greeter", true, "for a while");
				assertThat(context.getBean(StreamAdmin.class).groups().describe("greeter").pause()).isNotNull()
					.extracting(GroupDescription.Pause::reason)
					.isEqualTo("for a while");
				endpoint.pause(StreamsEndpoint.Subject.GROUP, "greeter", false, null);
				assertThatThrownBy(() -> endpoint.pause(StreamsEndpoint.Subject.GROUP, "nobody", true, null))
					.isInstanceOf(InvalidEndpointRequestException.class);
			});
	}

	@Test
	void theEndpointChangesNothingUnlessThatIsAllowed() {
		assertThat(endpointOperations()).containsOnly(OperationType.READ);
		assertThat(endpointOperations("management.endpoint.streams.access=UNRESTRICTED")).contains(OperationType.WRITE);
	}

	private Set<OperationType> endpointOperations(String... properties) {
		Set<OperationType> operations = new HashSet<>();
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, KafkaAutoConfiguration.class,
					DoabAutoConfiguration.class, EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.port=" + this.server.port(),
					"management.endpoints.web.exposure.include=streams")
			.withPropertyValues(properties)
			.run((context) -> context.getBean(WebEndpointsSupplier.class)
				.getEndpoints()
				.stream()
				.filter((endpoint) -> endpoint.getEndpointId().toString().equals("streams"))
				.flatMap((endpoint) -> endpoint.getOperations().stream())
				.forEach((operation) -> operations.add(operation.getType())));
		return operations;
	}

	@Test
	void aBackendThatIsNoneStopsTheStartAndNamesTheProperty() {
		application().withPropertyValues("doab.backend=rabbit").run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void serversOfWhichNobodySaysWhoLeadsStopTheStartAndNameTheProperty() {
		application().withPropertyValues("spring.data.redis.masterreplica.nodes=localhost:1,localhost:2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("spring.data.redis.masterreplica"));
	}

	@Test
	void aNumberOfCommitConnectionsThatIsNoneStopsTheStart() {
		application().withPropertyValues("doab.redis.commit-connections=-1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("commitConnections -1 is negative"));
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

	@Configuration
	static class Jobs {

		final List<Integer> deliveries = new CopyOnWriteArrayList<>();

		final BlockingQueue<Event<Name>> dead = new LinkedBlockingQueue<>();

		@Bean
		QueueDefinition jobs() {
			return QueueDefinition.named("jobs").on("jobs", Name.class, (event, context) -> {
				this.deliveries.add(context.deliveryCount());
				throw new IllegalStateException("fails");
			}).build();
		}

		@Bean
		ProcessorDefinition deadJobs() {
			return ProcessorDefinition.named("dead-jobs")
				.on(StreamDefinition.deadLetterOf("jobs"), Name.class, (event, context) -> this.dead.add(event))
				.build();
		}

	}

}
