package io.doab.benchmarks;

import java.util.List;

import io.doab.benchmarks.harness.Entrant;
import io.doab.benchmarks.harness.Workload;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class EntrantsTests {

	@ParameterizedTest
	@CsvSource({ "TRANSFORM,redis", "TRANSFORM,kafka", "STATE,redis", "STATE,kafka", "BLOCKING,redis", "BLOCKING,kafka",
			"LATENCY,redis", "LATENCY,kafka", "PUBLISH,redis", "PUBLISH,kafka", "TAKEOVER,kafka" })
	void eachWorkloadHasDoabAndOneBaseline(Workload workload, String backend) {
		List<Entrant> entrants = Entrants.of(workload, backend);
		assertThat(entrants).extracting(Entrant::name).contains("doab").doesNotHaveDuplicates();
		assertThat(entrants).filteredOn((entrant) -> entrant.baselineOf().contains(workload)).hasSize(1);
	}

}
