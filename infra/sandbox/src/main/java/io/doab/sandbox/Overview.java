package io.doab.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code GET /} answers: counts, behaviours and what to try, as a page for a browser
 * and as JSON for everybody else.
 */
final class Overview {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final List<Peer> peers;

	private final int smtpPort;

	private final String page;

	Overview(List<Peer> peers, int smtpPort) {
		this.peers = peers;
		this.smtpPort = smtpPort;
		try (InputStream in = Overview.class.getResourceAsStream("/overview.html")) {
			if (in == null) {
				throw new IllegalStateException("overview.html is missing from the jar");
			}
			this.page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Answer answer(Request request) {
		boolean browser = request.headers().getOrDefault("accept", "").contains("text/html");
		return browser ? Answer.html(page(request.headers().getOrDefault("host", "localhost:8090")))
				: Answer.json(200, json());
	}

	private Map<String, Object> json() {
		Map<String, Object> json = new LinkedHashMap<>();
		for (Peer peer : this.peers) {
			Map<String, Object> about = new LinkedHashMap<>(peer.received().counts());
			about.put("behaviour", peer.faults().behaviour().toJson());
			json.put(peer.path().substring(1), about);
		}
		json.put("smtpPort", this.smtpPort);
		return json;
	}

	private String page(String host) {
		StringBuilder rows = new StringBuilder();
		for (Peer peer : this.peers) {
			Map<String, Object> counts = peer.received().counts();
			rows.append("<tr><th><a href=\"")
				.append(peer.path())
				.append("crm".equals(peer.path().substring(1)) ? "/events" : "")
				.append("\">")
				.append(peer.path())
				.append("</a></th>");
			counts.values().forEach((count) -> rows.append("<td>").append(count).append("</td>"));
			Map<String, Object> behaviour = peer.faults().behaviour().toJson();
			rows.append(behaviour.isEmpty() ? "<td class=\"good\">as it should"
					: "<td class=\"told\"><code>" + escaped(JSON.writeValueAsString(behaviour)) + "</code>")
				.append("</td></tr>");
		}
		return this.page.replace("{{rows}}", rows)
			.replace("{{host}}", escaped(host))
			.replace("{{smtp}}", String.valueOf(this.smtpPort));
	}

	private static String escaped(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
	}

}
