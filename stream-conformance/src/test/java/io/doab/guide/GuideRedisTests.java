package io.doab.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.doab.conformance.BackendCases;
import io.doab.conformance.redis.RedisFixture;
import io.doab.guide.GuideBlock.Exchange;
import io.doab.servers.Folders;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Types what the guide shows of Redis into a fresh server, block by block, and compares
 * the replies.
 */
class GuideRedisTests {

	private static final String OTHER = "other> ";

	private final ShownText shown = new ShownText();

	@TestFactory
	Stream<DynamicTest> whatTheGuideTypesIntoRedisIsAnsweredAsItShows() {
		RedisFixture server = new RedisFixture();
		RedisSession first = new RedisSession(server.server().port());
		RedisSession other = new RedisSession(server.server().port());
		RedisSession clock = new RedisSession(server.server().port());
		return Guide.read()
			.blocks("redis")
			.stream()
			.map((block) -> DynamicTest.dynamicTest(block.toString(), () -> run(block, first, other, clock)))
			.onClose(clock::close)
			.onClose(other::close)
			.onClose(first::close)
			.onClose(server::close);
	}

	/** A server that is a cluster by itself. */
	@TestFactory
	Stream<DynamicTest> whatTheGuideTypesIntoAClusterIsAnsweredAsItShows() throws IOException {
		Path folder = Files.createTempDirectory("doab-guide");
		RedisServer server = RedisServer.start(Ports.free(), folder, "--cluster-enabled", "yes", "--cluster-port",
				String.valueOf(Ports.free()));
		RedisSession session = new RedisSession(server.port());
		return Guide.read()
			.blocks("redis cluster")
			.stream()
			.map((block) -> DynamicTest.dynamicTest(block.toString(), () -> run(block, session, session, session)))
			.onClose(session::close)
			.onClose(server::close)
			.onClose(() -> Folders.deleteQuietly(folder));
	}

	private void run(GuideBlock block, RedisSession first, RedisSession other, RedisSession clock) {
		List<Exchange> exchanges = block.exchanges(List.of("> ", OTHER));
		for (int i = 0; i < exchanges.size(); i++) {
			Exchange typed = exchanges.get(i);
			// Ids that differ in the guide differ in their milliseconds.
			clock.awaitNextMillisecond();
			if (i + 1 < exchanges.size() && exchanges.get(i + 1).prompt().equals(OTHER) && typed.reply().isEmpty()) {
				first.send(this.shown.real(typed.command()));
				BackendCases.eventually().until(clock::isSomebodyBlocked);
				Exchange waking = exchanges.get(++i);
				List<String> said = other.run(this.shown.real(waking.command()));
				int lines = Math.min(said.size(), waking.reply().size());
				this.shown.requireSame(block.toString(), waking.reply().subList(0, lines), said);
				this.shown.requireSame(block.toString(), waking.reply().subList(lines, waking.reply().size()),
						first.receive());
			}
			else {
				RedisSession session = typed.prompt().equals(OTHER) ? other : first;
				this.shown.requireSame(block + ": " + typed.command(), typed.reply(),
						session.run(this.shown.real(typed.command())));
			}
		}
	}

}
