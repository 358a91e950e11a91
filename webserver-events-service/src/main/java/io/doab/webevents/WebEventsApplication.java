package io.doab.webevents;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Takes the requests of web servers in and tells sessions and agents of them.
 */
@SpringBootApplication
public class WebEventsApplication {

	public static void main(String[] args) {
		SpringApplication.run(WebEventsApplication.class, args);
	}

}
