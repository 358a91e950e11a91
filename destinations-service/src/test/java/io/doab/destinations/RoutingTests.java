package io.doab.destinations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.doab.stream.Event;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * From the routing table to processors.
 */
class RoutingTests {

	private static final Map<String, List<String>> ROUTES = Map.of("a.processed", List.of("mail", "crm"), "b.processed",
			List.of("mail"));

	private static List<ProcessorDefinition> processors(RoutingTable table) {
		return new Routing().destinationProcessors(table);
	}

	private static RoutingTable table(Map<String, List<String>> routes, Set<String> off, Destination... destinations) {
		return new RoutingTable(new RoutingProperties(routes, off), List.of(destinations));
	}

	@Test
	void eachDestinationIsAGroupOverTheStreamsThatAreRoutedToIt() {
		List<ProcessorDefinition> processors = processors(
				table(ROUTES, Set.of(), new Named("mail"), new Named("crm"), new Named("unused")));
		assertThat(processors).extracting(ProcessorDefinition::name)
			.containsExactlyInAnyOrder("destination-mail", "destination-crm");
		assertThat(processors).filteredOn((processor) -> processor.name().equals("destination-mail"))
			.flatExtracting((processor) -> processor.inputs().keySet())
			.containsExactlyInAnyOrder("a.processed", "b.processed");
	}

	@Test
	void aDestinationThatIsNotThereIsNamedWithThoseThatAre() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> table(Map.of("a.processed", List.of("fax")), Set.of(), new Named("mail")))
			.withMessage("destinations.routes[a.processed] names 'fax', which is no destination. There are [mail]");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> table(Map.of("a.processed", List.of("mail")), Set.of("fax"), new Named("mail")))
			.withMessage("destinations.off names 'fax', which is no destination. There are [mail]");
	}

	@Test
	void twoDestinationsOfOneNameAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> table(ROUTES, Set.of(), new Named("crm"), new Kept()))
			.withMessage("Two destinations are called 'crm'");
	}

	@Test
	void aDestinationThatIsSwitchedOffOrLacksASettingHasNoProcessorAndHealthSaysWhy() {
		RoutingTable table = table(ROUTES, Set.of("crm"), new Unconfigured("mail"), new Named("crm"));
		assertThat(processors(table)).isEmpty();
		var health = new DestinationsHealthIndicator(table).health();
		assertThat(health).isNotNull();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails())
			.containsEntry("crm",
					Map.of("on", false, "reason", "destinations.off names it", "streams", Set.of("a.processed")))
			.containsEntry("mail", Map.of("on", false, "reason", "spring.mail.host is not set", "streams",
					Set.of("a.processed", "b.processed")));
	}

	@Test
	void aDestinationOfSingleEventsKeepsStateAndEmitsAndRunsWithItsFurtherProcessors() {
		Kept kept = new Kept();
		List<ProcessorDefinition> processors = processors(table(Map.of("a.processed", List.of("crm")), Set.of(), kept));
		assertThat(processors).extracting(ProcessorDefinition::name).containsExactly("destination-crm", "crm-calls");
		assertThat(processors.getFirst().settings().ordering()).isEqualTo(Ordering.KEY);
		assertThat(processors.getFirst().settings().concurrency()).isEqualTo(7);
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(processors.getFirst()).build()) {
			driver.publish("a.processed", "result", "k", "x");
			driver.publish("a.processed", "result", "k", "y");
			driver.publish("a.processed", "result", "k", "refused");
			assertThat(driver.state("last", "k", String.class)).contains("y");
			assertThat(driver.outputs("crm.calls", String.class)).extracting(Event::data).containsExactly("x", "y");
			assertThat(driver.deadLetters("a.processed")).hasSize(1);
		}
	}

	private record Named(String name) implements BatchDestination {

		@Override
		public void deliver(String stream, List<Event<JsonNode>> events) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isOutage(Exception failure) {
			return false;
		}

	}

	private record Unconfigured(String name) implements BatchDestination {

		@Override
		public void deliver(String stream, List<Event<JsonNode>> events) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isOutage(Exception failure) {
			return false;
		}

		@Override
		public Optional<String> missing() {
			return Optional.of("spring.mail.host is not set");
		}

	}

	/** Remembers the last result of a key and passes results on. */
	private static final class Kept implements EventDestination {

		@Override
		public String name() {
			return "crm";
		}

		@Override
		public void deliver(Event<JsonNode> event, ProcessingContext context) {
			String text = event.data().asString();
			if (text.equals("refused")) {
				throw new InvalidEventException("refused");
			}
			context.state("last", String.class).put(text);
			context.emit("crm.calls", "call", text);
		}

		@Override
		public boolean isOutage(Exception failure) {
			return false;
		}

		@Override
		public void configure(ProcessorDefinition.Builder processor) {
			processor.state("last", String.class, Duration.ofDays(7)).output("crm.calls").concurrency(7);
		}

		@Override
		public List<ProcessorDefinition> furtherProcessors() {
			List<String> calls = new ArrayList<>();
			return List.of(ProcessorDefinition.named("crm-calls")
				.on("crm.calls", String.class, (event, context) -> calls.add(event.data()))
				.build());
		}

	}

}
