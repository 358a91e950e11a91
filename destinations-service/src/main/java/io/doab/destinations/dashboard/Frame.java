package io.doab.destinations.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What those who listen are sent at one moment, in the form of server-sent events, once
 * for all of them.
 *
 * @param number the next frame has the next one
 * @param isPicture whether it shows something, and does not only say that nothing can be
 * shown
 * @param whole for one who has nothing yet, or missed too much
 * @param news for one who has the frames before
 */
record Frame(long number, boolean isPicture, byte[] whole, byte[] news) {

	/** How many frames one may miss and still be content with the news. */
	static final int MISSABLE = 10;

	/** The news cover more seconds than that, for frames come late as well. */
	private static final int NEWS_SECONDS = 30;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static Frame of(long number, Summary summary) {
		return new Frame(number, true, event("snapshot", summary), event("update", summary.recent(NEWS_SECONDS)));
	}

	/** Says that the read model cannot be asked at the moment. */
	static Frame unavailable(long number) {
		byte[] event = event("unavailable", Map.of("reason", "The database of the dashboard does not answer"));
		return new Frame(number, false, event, event);
	}

	/** Says that there is no news. */
	static byte[] heartbeat() {
		return event("heartbeat", Map.of());
	}

	private static byte[] event(String name, Object data) {
		return ("event: " + name + "\ndata: " + JSON.writeValueAsString(data) + "\n\n")
			.getBytes(StandardCharsets.UTF_8);
	}

}
