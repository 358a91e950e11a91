package io.doab.stream.rest;

import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * What an application needs that takes in no events and has paths of its own to protect:
 * the token, JSON bodies whose fields are checked, and problem details.
 */
@AutoConfiguration(after = IngestionAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(ProtectedPaths.class)
@ConditionalOnMissingBean(IngestionRoute.class)
@EnableConfigurationProperties(IngestionProperties.class)
public class ProtectedPathsAutoConfiguration {

	@Bean
	JsonBodies jsonBodies() {
		return new JsonBodies();
	}

	@Bean
	ProblemAdvice problemAdvice() {
		return new ProblemAdvice();
	}

	@Bean
	FilterRegistrationBean<TokenFilter> tokenFilter(IngestionProperties properties, List<ProtectedPaths> paths) {
		FilterRegistrationBean<TokenFilter> registration = new FilterRegistrationBean<>(
				new TokenFilter(properties.token()));
		registration.setUrlPatterns(paths.stream().flatMap((some) -> some.patterns().stream()).toList());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
		return registration;
	}

}
