package io.doab.destinations;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Brings results to their destinations.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DestinationsApplication {

	public static void main(String[] args) {
		SpringApplication.run(DestinationsApplication.class, args);
	}

}
