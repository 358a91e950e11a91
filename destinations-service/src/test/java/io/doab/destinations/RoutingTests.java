package io.doab.destinations;

import java.util.List;
import java.util.Map;

import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * From the routing table to processors.
 */
class RoutingTests {

	private final Routing routing = new Routing();

	@Test
	void eachDestinationIsAGroupOverTheStreamsThatAreRoutedToIt() {
		List<ProcessorDefinition> processors = this.routing.destinationProcessors(
				new RoutingProperties(Map.of("a.processed", List.of("mail", "crm"), "b.processed", List.of("mail"))),
				List.of(new Named("mail"), new Named("crm"), new Named("unused")));
		assertThat(processors).extracting(ProcessorDefinition::name)
			.containsExactlyInAnyOrder("destination-mail", "destination-crm");
		assertThat(processors).filteredOn((processor) -> processor.name().equals("destination-mail"))
			.flatExtracting((processor) -> processor.inputs().keySet())
			.containsExactlyInAnyOrder("a.processed", "b.processed");
	}

	@Test
	void aDestinationThatIsNotThereIsNamedWithThoseThatAre() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.routing.destinationProcessors(
					new RoutingProperties(Map.of("a.processed", List.of("fax"))), List.of(new Named("mail"))))
			.withMessage("destinations.routes[a.processed] names 'fax', which is no destination. There are [mail]");
	}

	private record Named(String name) implements Destination {

		@Override
		public void deliver(String stream, List<Event<JsonNode>> events) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isOutage(Exception failure) {
			return false;
		}

	}

}
