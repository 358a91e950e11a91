package io.doab.cli;

import java.util.List;

import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.redis.RedisFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisCommandTests implements CommandCases {

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

	@Override
	public List<String> server() {
		return List.of("--redis", "localhost:" + this.fixture.address(Network.ONE));
	}

	@Test
	void whatIsSaidWronglyIsToldAndChangesNothing() {
		assertThat(Doab.commandLine().execute()).isEqualTo(Doab.USAGE);
		assertThat(doab("reset", "nobody").status()).isEqualTo(Doab.USAGE);
		assertThat(doab("reset", "nobody", "--to-time", "yesterday", "--yes").err()).contains("'yesterday' is no time");
		assertThat(doab("reset", "nobody", "--to-position", "payments=1", "--yes").err())
			.contains("expected STREAM:PARTITION=POSITION");
		assertThat(doab("lag", "nobody")).satisfies((answer) -> assertThat(answer.status()).isEqualTo(Doab.USAGE))
			.satisfies((answer) -> assertThat(answer.err()).contains("There is no group 'nobody'"));
		assertThat(Doab.commandLine().execute("streams", "--redis", "localhost:1")).isEqualTo(Doab.UNREACHABLE);
		assertThat(doab("reset", "--help").out()).contains("--to-earliest", "Examples:");
	}

}
