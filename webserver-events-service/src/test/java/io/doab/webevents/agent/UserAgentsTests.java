package io.doab.webevents.agent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

	/** What the expressions do not know, of a real log. */
	@ParameterizedTest
	@ValueSource(
			strings = { "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)", "Tiny Tiny RSS/1.11 (http://tt-rss.org/)",
					"Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)",
					"Embedly +support@embed.ly", "eZ Publish Link Validator", "portscout/0.8.1",
					"LiveJournal.com (webmaster@livejournal.com; for http://www.livejournal.com/users/x/; 8 readers)",
					"Mozilla/5.0 (compatible; FlipboardRSS/1.1; +http://flipboard.com/browserproxy)" })
	void programsThatAreLittleKnownAreBots(String text) {
		assertThat(this.agents.read(text).bot()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.99 Mobile Safari/537.36",
			"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; http://www.tropicdesigns.net)",
			"Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/34.1244; U; en) Presto/2.8.119 Version/11.10",
			"SAMSUNG-GT-E2232/1.0 Openwave/6.2.3 Profile/MIDP-2.0 Configuration/CLDC-1.1 UP.Browser/6.2.3.3.c.1.101 (GUI) MMP/2.0" })
	void browsersThatLookLikeOneAreNone(String text) {
		assertThat(this.agents.read(text).bot()).isFalse();
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
