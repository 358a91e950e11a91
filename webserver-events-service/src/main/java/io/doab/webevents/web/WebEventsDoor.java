package io.doab.webevents.web;

import java.util.Objects;

import io.doab.stream.Event;
import io.doab.stream.rest.IngestionRoute;
import io.doab.stream.rest.RequestProblem;
import io.doab.webevents.log.AccessLogParser;
import io.doab.webevents.log.LogLine;
import io.doab.webevents.log.MalformedLineException;
import io.doab.webevents.session.WebHit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where web events come in: as JSON, or as the web server has logged them. The client's
 * address ends here.
 */
@Configuration(proxyBeanMethods = false)
class WebEventsDoor {

	@Bean
	IngestionRoute<WebEventRequest> webEvents() {
		return IngestionRoute.of("/web-events", "web-events", WebEventRequest.class, WebEventsDoor::event)
			.withLines(WebEventsDoor::line);
	}

	private static Event<WebHit> event(WebEventRequest request) {
		String visitor = Visitor.of(request.clientIp(), request.userAgent());
		WebHit hit = new WebHit(request.time(), visitor, request.method(), request.path(), request.status(),
				Objects.requireNonNullElse(request.bytes(), 0L), request.referrer(), request.userAgent());
		return Event.of(WebHit.TYPE, visitor, hit);
	}

	private static WebEventRequest line(String line) {
		try {
			LogLine logged = AccessLogParser.parse(line);
			return new WebEventRequest(logged.time(), logged.clientIp(), logged.method(), logged.path(),
					logged.status(), logged.bytes(), logged.referrer(), logged.userAgent());
		}
		catch (MalformedLineException ex) {
			throw RequestProblem.malformed("not a line of an access log: " + ex.getMessage());
		}
	}

}
