package io.doab.webevents.web;

import io.doab.stream.rest.IngestionRoute;
import io.doab.stream.rest.RequestProblem;
import io.doab.webevents.hit.WebHit;
import io.doab.webevents.log.AccessLogParser;
import io.doab.webevents.log.MalformedLineException;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where web events come in: as JSON, or as the web server has logged them.
 */
@Configuration(proxyBeanMethods = false)
class WebEventsDoor {

	@Bean
	IngestionRoute<WebEventRequest> webEvents() {
		return IngestionRoute
			.<WebEventRequest>of("/web-events", WebHit.STREAM, WebEventRequest.class,
					(request) -> WebHit.event(request.toLine()))
			.withTypes(WebHit.TYPE)
			.withLines(WebEventsDoor::line);
	}

	private static WebEventRequest line(String line) {
		try {
			return WebEventRequest.of(AccessLogParser.parse(line));
		}
		catch (MalformedLineException ex) {
			throw RequestProblem.malformed("not a line of an access log: " + ex.getMessage());
		}
	}

}
