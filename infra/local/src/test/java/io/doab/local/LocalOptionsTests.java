package io.doab.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The arguments of {@code ./run}.
 */
class LocalOptionsTests {

	@Test
	void withoutArgumentsItIsRedisWithSampleTraffic() {
		assertThat(LocalOptions.parse(List.of()))
			.isEqualTo(new LocalOptions(Backend.REDIS, true, Map.of(), Optional.empty()));
	}

	@Test
	void eachArgumentIsRead() {
		LocalOptions options = LocalOptions.parse(List.of("--backend=kafka", "--no-demo",
				"--instances=payment-service=2,inventory-service=3", "--data=/data/doab"));
		assertThat(options).isEqualTo(new LocalOptions(Backend.KAFKA, false,
				Map.of(ServiceName.PAYMENT, 2, ServiceName.INVENTORY, 3), Optional.of(Path.of("/data/doab"))));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--frobnicate                   | Unknown argument '--frobnicate'. Usage: ./run
			--backend=rabbit               | Unknown backend 'rabbit': --backend=redis or --backend=kafka
			--instances=payments=2         | Unknown service 'payments' in --instances. There are payment-service
			--instances=payment-service    | --instances=payment-service=: expected a number from 1 to 9
			--instances=payment-service=0  | --instances=payment-service=0: expected a number from 1 to 9
			--instances=payment-service=10 | --instances=payment-service=10: expected a number from 1 to 9
			--data=                        | --data needs a folder: --data=DIR
			""")
	void whatIsWrongIsToldInOneLine(String argument, String message) {
		assertThatThrownBy(() -> LocalOptions.parse(List.of(argument))).isInstanceOf(UsageException.class)
			.hasMessageStartingWith(message)
			.message()
			.doesNotContain("\n");
	}

	@Test
	void aPortThatIsNoneNamesItsVariable() {
		assertThatThrownBy(() -> LocalSettings.of(Map.of("DOAB_REDIS_PORT", "many"))).isInstanceOf(UsageException.class)
			.hasMessage("DOAB_REDIS_PORT=many is no port: expected 1 to 65535");
	}

	@Test
	void secretsAreTakenFromTheEnvironmentOrMadeUp() {
		assertThat(LocalSettings.of(Map.of("DOAB_API_TOKEN", "mine")).apiToken()).isEqualTo("mine");
		String made = LocalSettings.of(Map.of()).apiToken();
		assertThat(made).hasSize(32);
		assertThat(LocalSettings.of(Map.of()).apiToken()).isNotEqualTo(made);
	}

}
