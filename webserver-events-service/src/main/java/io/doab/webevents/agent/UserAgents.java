package io.doab.webevents.agent;

import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import ua_parser.Client;
import ua_parser.Parser;

/**
 * Reads user agents with the expressions of the ua-parser project, and remembers those
 * that it meets often: a site has few, and reading one takes a millisecond or several.
 * Safe for use by many threads.
 *
 * <p>
 * A bot is what the project calls a spider, what has a word that programs have in their
 * name, and what no browser is known to be and names somebody to ask about it: an address
 * of the web or of mail.
 */
@Component
public class UserAgents {

	private static final int REMEMBERED_CHARACTERS = 4_000_000;

	/** Of an entry in memory, beside its text. */
	private static final int ENTRY_CHARACTERS = 200;

	/** The expressions take their time for a text that was made for them. */
	private static final int MAX_LENGTH = 1_000;

	private static final String OTHER = "Other";

	private static final String SPIDER = "Spider";

	/** A Cubot is a telephone. */
	private static final Pattern PROGRAM = Pattern.compile(
			"(?<!cu)bot|crawl|spider|slurp|scrap|feed|fetch|rss(?![a-z])|monitor|archiver|validator|scout|curl|wget|python"
					+ "|ruby|php/|java/|libwww|http_request|http-?client|okhttp|axios",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern CONTACT = Pattern.compile("https?://|[a-z0-9-]@[a-z0-9-]+\\.",
			Pattern.CASE_INSENSITIVE);

	private final Parser parser = new Parser();

	private final LoadingCache<String, UserAgent> known = Caffeine.newBuilder()
		.maximumWeight(REMEMBERED_CHARACTERS)
		.weigher((String text, UserAgent agent) -> ENTRY_CHARACTERS + text.length())
		.build(this::parse);

	public UserAgent read(@Nullable String text) {
		if (text == null || text.isBlank()) {
			return UserAgent.UNKNOWN;
		}
		return this.known.get((text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : text);
	}

	private UserAgent parse(String text) {
		Client client = this.parser.parse(text);
		String family = client.userAgent.family;
		String device = client.device.family;
		boolean bot = SPIDER.equals(device) || PROGRAM.matcher(text).find()
				|| (OTHER.equals(family) && CONTACT.matcher(text).find());
		return new UserAgent(family, client.os.family, device, bot);
	}

}
