package io.doab.webevents.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import ua_parser.Client;
import ua_parser.Parser;

/**
 * Reads user agents with the expressions of the ua-parser project, and remembers those it
 * met last: a site has few, and reading one takes a millisecond. Safe for use by many
 * threads.
 */
@Component
public class UserAgents {

	private static final int REMEMBERED = 10_000;

	private static final int MAX_LENGTH = 2_000;

	private static final Pattern BOT = Pattern.compile(
			"bot|crawl|spider|slurp|feed|fetch|monitor|archiver|curl|wget|python|java/|libwww|http_request",
			Pattern.CASE_INSENSITIVE);

	private final Parser parser = new Parser();

	private final Map<String, UserAgent> known = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, UserAgent> eldest) {
			return size() > REMEMBERED;
		}

	};

	public UserAgent read(@Nullable String text) {
		if (text == null || text.isBlank()) {
			return UserAgent.UNKNOWN;
		}
		String bounded = (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : text;
		synchronized (this.known) {
			UserAgent agent = this.known.get(bounded);
			if (agent != null) {
				return agent;
			}
		}
		UserAgent agent = parse(bounded);
		synchronized (this.known) {
			this.known.put(bounded, agent);
		}
		return agent;
	}

	private UserAgent parse(String text) {
		Client client = this.parser.parse(text);
		String device = client.device.family;
		boolean bot = "Spider".equals(device) || BOT.matcher(text).find();
		return new UserAgent(client.userAgent.family, client.os.family, device, bot);
	}

}
