package io.doab.benchmarks.jmh;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.Capabilities;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PauseMarks;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.Support;

import org.jspecify.annotations.Nullable;

/**
 * A backend that stores nothing and answers at once: what is left is what the engine
 * itself costs. What the benchmarks do not use it does not have.
 */
final class MemoryBackend {

	private static final Capabilities CAPABILITIES = new Capabilities(1024 * 1024, false, 2_000,
			Arrays.stream(Guarantee.values())
				.collect(Collectors.toMap(Function.identity(), (guarantee) -> Support.absent("nothing is stored"))),
			new Capabilities.Queues(false, false, false));

	private MemoryBackend() {
	}

	/**
	 * Creates one.
	 * @param members makes the member of the group that joins
	 */
	static StreamBackend create(Function<OwnershipListener, GroupMember> members) {
		return of(StreamBackend.class, (proxy, method, arguments) -> switch (method.getName()) {
			case "name" -> "memory";
			case "capabilities" -> CAPABILITIES;
			case "join" -> members.apply((OwnershipListener) arguments[1]);
			case "appender" -> new Accepting();
			case "admin" -> admin();
			case "reader" -> of(LogReader.class, (reader, read, nothing) -> {
				throw new UnsupportedOperationException(read.getName());
			});
			case "declare", "close" -> null;
			default -> throw new UnsupportedOperationException(method.getName());
		});
	}

	private static BackendAdmin admin() {
		PauseMarks marks = of(PauseMarks.class, (proxy, method, arguments) -> Map.of());
		return of(BackendAdmin.class, (proxy, method, arguments) -> marks);
	}

	private static <T> T of(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	/** Takes everything. */
	private static final class Accepting implements Appender {

		private static final Position SOMEWHERE = Position.ofOffset(1);

		@Override
		public CompletableFuture<@Nullable Position> append(Append append) {
			return CompletableFuture.completedFuture(SOMEWHERE);
		}

		@Override
		public void verify() {
		}

		@Override
		public void close() {
		}

	}

}
