package io.doab.destinations.dashboard;

import java.time.Clock;

import io.doab.stream.rest.ProtectedPaths;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parts of the dashboard. */
@Configuration(proxyBeanMethods = false)
class DashboardConfiguration {

	private final Clock clock;

	DashboardConfiguration(ObjectProvider<Clock> clock) {
		this.clock = clock.getIfAvailable(Clock::systemUTC);
	}

	@Bean
	ProtectedPaths protectedDashboard() {
		return new ProtectedPaths("/dashboard/*");
	}

	@Bean
	ReadModel dashboardModel(JdbcTemplate jdbc) {
		return new ReadModel(jdbc);
	}

	@Bean
	DashboardDestination dashboardDestination(ReadModel model, DashboardProperties properties) {
		return new DashboardDestination(model, properties, this.clock);
	}

	@Bean(initMethod = "start")
	DashboardRetention dashboardRetention(ReadModel model, DashboardProperties properties) {
		return new DashboardRetention(model, properties, this.clock);
	}

	@Bean
	DashboardQueries dashboardQueries(JdbcTemplate jdbc) {
		return new DashboardQueries(jdbc, this.clock);
	}

	@Bean
	DashboardFeed dashboardFeed(DashboardQueries queries, DashboardProperties properties) {
		return new DashboardFeed(() -> queries.summary(DashboardController.ORDERS), properties.period(),
				properties.maxListeners());
	}

}
