package io.doab.stream.redis;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application gives its own client, the backend's clients have as well, and leave
 * to it.
 */
class RedisClientsTests {

	private final AtomicInteger allocated = new AtomicInteger();

	@Test
	void loopsAreTheApplicationsAndGoOnWhenTheBackendIsClosed(@TempDir Path folder) throws Exception {
		ClientResources resources = DefaultClientResources.builder()
			.eventLoopGroupProvider(new DefaultEventLoopGroupProvider(1) {
				@Override
				public <T extends EventLoopGroup> T allocate(Class<T> type) {
					RedisClientsTests.this.allocated.incrementAndGet();
					return super.allocate(type);
				}
			})
			.build();
		try (RedisServer server = RedisServer.start(Ports.free(), folder)) {
			LettuceConnectionFactory application = new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("localhost", server.port()),
					LettuceClientConfiguration.builder().clientResources(resources).build());
			application.afterPropertiesSet();
			application.start();
			try (StreamBackend backend = RedisStreamBackend.create(application, RedisSettings.defaults())) {
				assertThat(backend.status().up()).isTrue();
			}
			assertThat(this.allocated).as("loops for the backend").hasPositiveValue();
			assertThat(resources.eventExecutorGroup().isShuttingDown()).isFalse();
			assertThat(application.getConnection().ping()).isEqualTo("PONG");
			application.destroy();
		}
		finally {
			assertThat(resources.shutdown(0, 2, TimeUnit.SECONDS).await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

}
