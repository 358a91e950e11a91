package io.doab.guide;

import java.util.Map;
import java.util.Set;

import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One broker for all tests of this package, and one process of its tools, given as
 * parameters. They are stopped after the last test.
 */
final class SharedKafka implements ParameterResolver {

	private static final Set<Class<?>> TYPES = Set.of(KafkaFixture.class, KafkaTools.class);

	/**
	 * A share group assigns its partitions at a heartbeat: every five seconds otherwise.
	 */
	private static final Map<String, String> SHARE_GROUPS = Map.of("group.share.heartbeat.interval.ms", "250",
			"group.share.min.heartbeat.interval.ms", "250");

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
		return TYPES.contains(parameter.getParameter().getType());
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
		Class<?> type = parameter.getParameter().getType();
		return extension.getRoot()
			.getStore(Namespace.create(SharedKafka.class))
			.computeIfAbsent(type,
					(absent) -> (type == KafkaTools.class) ? new KafkaTools() : new KafkaFixture(SHARE_GROUPS));
	}

}
