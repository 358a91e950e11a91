package io.doab.stream.spring;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Keeps Spring Boot's own Redis indicator from asking a Redis that nobody uses: with
 * {@code doab.backend=kafka} the client is on the class path all the same. Set
 * {@code management.health.redis.enabled=true} where Redis is used beside Kafka.
 */
class UnusedServerHealth implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if ("kafka".equalsIgnoreCase(environment.getProperty("doab.backend"))) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("doabUnusedServerHealth",
						Map.of("management.health.redis.enabled", "false")));
		}
	}

}
