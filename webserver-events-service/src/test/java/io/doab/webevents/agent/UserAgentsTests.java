package io.doab.webevents.agent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What user agents say of themselves.
 */
class UserAgentsTests {

	private final UserAgents agents = new UserAgents();

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 | Chrome    | Windows  | false
					Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1 | Mobile Safari | iOS | false
					Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | Googlebot | Other    | true
					curl/8.5.0                                                               | curl      | Other    | true
					""")
	void familySystemAndBotAreTold(String text, String family, String os, boolean bot) {
		UserAgent agent = this.agents.read(text);
		assertThat(agent.family()).isEqualTo(family);
		assertThat(agent.os()).isEqualTo(os);
		assertThat(agent.bot()).isEqualTo(bot);
		assertThat(this.agents.read(text)).isSameAs(agent);
	}

	@Test
	void noAgentIsAnAnswerToo() {
		assertThat(this.agents.read(null)).isEqualTo(UserAgent.UNKNOWN);
		assertThat(this.agents.read(" ")).isEqualTo(UserAgent.UNKNOWN);
	}

	@Test
	void aVeryLongAgentIsReadUpToABound() {
		assertThat(this.agents.read("curl/8.5.0 " + "x".repeat(100_000)).family()).isEqualTo("curl");
	}

}
