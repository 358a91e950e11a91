package io.doab.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.Item;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.FailureAction;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command line against a server.
 */
interface CommandCases extends BackendCases {

	/** How the command line is told of the server. */
	List<String> server();

	/** What a command printed, and its exit status. */
	record Answer(int status, String out, String err) {

		JsonNode json() {
			return JsonMapper.shared().readTree(this.out);
		}

	}

	default Answer doab(String... words) {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		List<String> all = new ArrayList<>(List.of(words));
		all.addAll(server());
		CommandLine command = Doab.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
		return new Answer(command.execute(all.toArray(String[]::new)), out.toString(), err.toString());
	}

	@Test
	default void streamsGroupsAndDeadLettersAreToldAndMended() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("group");
		AtomicBoolean broken = new AtomicBoolean(true);
		ProcessorDefinition copying = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (broken.get() && event.data().number() == 1) {
				throw new IllegalStateException("broken");
			}
			context.emit(out, "copied", event.data());
		}).output(out).onFailure((failure) -> new FailureAction.DeadLetter()).build();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(12, 6));
			app.start(copying);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(6));

			assertThat(doab("streams").out()).contains("STREAM", in + " ").contains(group);
			assertThat(doab("describe", in, "--json").json().get("partitions")).hasSize(3);
			assertThat(doab("describe", "nowhere-" + in))
				.satisfies((answer) -> assertThat(answer.status()).isEqualTo(Doab.USAGE))
				.satisfies((answer) -> assertThat(answer.err()).contains("There is no stream"));
			assertThat(doab("groups", "--stream", in).out()).contains(group).contains("running");
			assertThat(doab("reset", group, "--to-earliest", "--yes"))
				.satisfies((answer) -> assertThat(answer.status()).isEqualTo(Doab.REFUSED))
				.satisfies((answer) -> assertThat(answer.err()).contains("runs", "its members are"));

			JsonNode letters = doab("dead-letters", in, "--json").json();
			assertThat(letters).hasSize(6);
			assertThat(letters.get(0).get("message").asString()).isEqualTo("broken");
			assertThat(doab("redrive", in).status()).isEqualTo(Doab.REFUSED);
			broken.set(false);
			assertThat(doab("redrive", in, "--id", letters.get(0).get("id").asString(), "--yes").out())
				.contains("1 given back, 0 refused");
			assertThat(doab("discard", in, letters.get(1).get("partition").asString(),
					letters.get(1).get("position").asString(), "--yes")
				.status()).isZero();
			assertThat(doab("dead-letters", in, "--json").json()).hasSize(4);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(7));

			assertThat(doab("pause", group, "--reason", "a test").status()).isZero();
			assertThat(doab("lag", group).out()).contains("a test", "DONE UP TO", in);
			JsonNode moved = doab("reset", group, "--to-earliest", "--yes", "--json").json().get("moved");
			assertThat(moved).hasSize(3);
			JsonNode lag = doab("lag", group, "--json").json().get("group").get("partitions");
			long events = 0;
			for (JsonNode partition : lag) {
				events += partition.get("inputs").get(0).get("lag").get("events").asLong();
			}
			assertThat(events).isEqualTo(13);
			assertThat(doab("resume", group).status()).isZero();
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(20));
		}
	}

}
