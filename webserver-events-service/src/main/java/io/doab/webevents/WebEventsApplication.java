package io.doab.webevents;

import java.time.Clock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/**
 * Takes the requests of web servers in and tells sessions and agents of them.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class WebEventsApplication {

	public static void main(String[] args) {
		SpringApplication.run(WebEventsApplication.class, args);
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
