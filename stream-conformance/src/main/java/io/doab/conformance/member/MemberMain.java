package io.doab.conformance.member;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.doab.conformance.Application;
import io.doab.conformance.BackendConnector;
import io.doab.stream.StreamDefinition;

/**
 * The process of a {@link MemberProcess}.
 */
final class MemberMain {

	private MemberMain() {
	}

	/**
	 * Runs a member until it is asked to end, or whoever started it has ended.
	 * @param arguments the starter's process id, the connector's class, the address, the
	 * behaviour
	 */
	public static void main(String[] arguments) throws InterruptedException {
		List<String> words = Arrays.asList(arguments);
		var _ = ProcessHandle.of(Long.parseLong(words.get(0)))
			.orElseThrow()
			.onExit()
			.thenRun(() -> Runtime.getRuntime().halt(1));
		Application application = new Application(BackendConnector.of(words.get(1)).connect(words.get(2)),
				StreamDefinition.DEFAULT_PARTITIONS);
		Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(application::close));
		application.start(MemberBehaviour.parse(words.subList(3, words.size())).definition());
		new CountDownLatch(1).await();
	}

}
