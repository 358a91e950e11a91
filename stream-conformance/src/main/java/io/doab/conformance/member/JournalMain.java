package io.doab.conformance.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.doab.conformance.Item;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.StreamBackend;

/**
 * The program of a member: runs until it is ended, in good order on SIGTERM.
 */
final class JournalMain {

	private static final int CRASHED = 99;

	private final MemberSpec spec;

	private final Set<String> begunBefore;

	private final FileChannel journal;

	private JournalMain(MemberSpec spec) throws IOException {
		this.spec = spec;
		this.begunBefore = Set.copyOf(spec.begun());
		this.journal = FileChannel.open(spec.journal(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	public static void main(String[] arguments) throws IOException, InterruptedException {
		new JournalMain(MemberSpec.parse(arguments)).run();
	}

	private void run() throws InterruptedException {
		StreamBackend backend = this.spec.connect();
		StreamEngine engine = new StreamEngine(backend,
				new StreamCatalog(backend, List.of(), StreamDefinition.of("default")), new JsonPayloadCodec(),
				EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			engine.close();
			backend.close();
		}));
		if (this.spec.isQueue()) {
			engine.startQueues(List.of(queue()));
		}
		else {
			engine.start(List.of(processor()));
		}
		new CountDownLatch(1).await();
	}

	private ProcessorDefinition processor() {
		return ProcessorDefinition.named(this.spec.group()).on(this.spec.in(), Item.class, (event, context) -> {
			handle(event);
			context.emit(this.spec.out(), "copied", event.data());
		}).output(this.spec.out()).delivery(this.spec.delivery()).build();
	}

	private QueueDefinition queue() {
		return QueueDefinition.named(this.spec.group()).on(this.spec.in(), Item.class, (event, context) -> {
			handle(event);
			context.emit(this.spec.out(), "copied", event.data());
			return QueueOutcome.acknowledge();
		})
			.output(this.spec.out())
			.concurrency(1)
			.maxInFlightEvents(1)
			.visibilityTime(this.spec.visibilityTime())
			.deliveryLimit(this.spec.deliveryLimit())
			.build();
	}

	private void handle(Event<Item> event) throws Exception {
		boolean first = !this.begunBefore.contains(event.id());
		this.journal.write(ByteBuffer.wrap((event.id() + "\n").getBytes(StandardCharsets.UTF_8)));
		if (this.spec.haltsAt(event.id()) || (first && this.spec.haltsOnceAt(event.id()))) {
			Runtime.getRuntime().halt(CRASHED);
		}
		TimeUnit.MILLISECONDS.sleep(this.spec.handlerMillis());
	}

}
