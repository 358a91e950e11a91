package io.doab.conformance.redis;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.doab.conformance.BackendConnector;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.internal.HostAndPort;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.MappingSocketAddressResolver;
import io.lettuce.core.resource.SocketAddressResolver;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Connects as an application does that is configured by {@code spring.data.redis.*}. An
 * address is such properties: {@code name=value;name=value}, and under {@link #PORTS}
 * which ports stand for which.
 */
public final class ConfiguredRedisConnector implements BackendConnector {

	private static final String PORTS = "ports";

	/** By address, for as long as the process lives, as its beans would. */
	private static final Map<String, LettuceConnectionFactory> APPLICATIONS = new ConcurrentHashMap<>();

	/**
	 * The address of servers.
	 * @param ports each server's port and the one to take in its place, or nothing
	 * @param properties as in the configuration of an application
	 */
	public static String address(String ports, Map<String, String> properties) {
		Map<String, String> all = new TreeMap<>(properties);
		if (!ports.isEmpty()) {
			all.put(PORTS, ports);
		}
		return all.entrySet()
			.stream()
			.map((property) -> property.getKey() + "=" + property.getValue())
			.collect(Collectors.joining(";"));
	}

	@Override
	public StreamBackend connect(String address) {
		return RedisStreamBackend.create(connections(address), RedisStreamsFixture.SETTINGS);
	}

	/** The connection factory of the application that has these properties. */
	public static LettuceConnectionFactory connections(String address) {
		return APPLICATIONS.computeIfAbsent(address, ConfiguredRedisConnector::application);
	}

	@SuppressWarnings("resource") // lives as long as the process
	private static LettuceConnectionFactory application(String address) {
		Map<String, Object> properties = Arrays.stream(address.split(";", -1))
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((property) -> property[0], (property) -> property[1]));
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		if (properties.remove(PORTS) instanceof String ports) {
			context.registerBean(ClientResourcesBuilderCustomizer.class,
					() -> (resources) -> resources.socketAddressResolver(through(ports)));
		}
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("address", properties));
		context.register(Autoconfigured.class);
		context.refresh();
		return context.getBean(LettuceConnectionFactory.class);
	}

	/** As an address translation between the client and the servers would. */
	private static SocketAddressResolver through(String pairs) {
		Map<Integer, Integer> ports = Arrays.stream(pairs.split(",", -1))
			.map((pair) -> pair.split("=", -1))
			.collect(Collectors.toMap((pair) -> Integer.valueOf(pair[0]), (pair) -> Integer.valueOf(pair[1])));
		return MappingSocketAddressResolver.create(DnsResolvers.UNRESOLVED,
				(address) -> HostAndPort.of("localhost", ports.getOrDefault(address.getPort(), address.getPort())));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, DataRedisAutoConfiguration.class })
	static class Autoconfigured {

	}

}
