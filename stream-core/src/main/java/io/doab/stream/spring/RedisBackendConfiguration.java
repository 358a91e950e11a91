package io.doab.stream.spring;

import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The backend for {@code doab.backend=redis}.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(LettuceConnectionFactory.class)
@ConditionalOnProperty(name = "doab.backend", havingValue = "redis", matchIfMissing = true)
class RedisBackendConfiguration {

	@Bean
	@ConditionalOnMissingBean
	StreamBackend streamBackend(LettuceConnectionFactory connections,
			ObjectProvider<DataRedisConnectionDetails> servers, DoabProperties properties) {
		servers.ifAvailable(RedisBackendConfiguration::requireMasterThatIsKnown);
		DoabProperties.Redis redis = properties.redis();
		return RedisStreamBackend.create(connections,
				new RedisSettings(redis.leaseTime(), redis.commandTimeout(), redis.connectTimeout(),
						redis.trimInterval(), Math.toIntExact(properties.maxEventSize().toBytes()),
						redis.commitConnections()));
	}

	private static void requireMasterThatIsKnown(DataRedisConnectionDetails servers) {
		if (servers.getMasterReplica() != null) {
			throw new IllegalStateException("spring.data.redis.masterreplica lists servers and not which of them leads:"
					+ " set spring.data.redis.sentinel, or the master's spring.data.redis.host");
		}
	}

}
