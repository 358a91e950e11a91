package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.conformance.Application;
import io.doab.conformance.Item;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.Acknowledgement;
import io.doab.stream.Published;
import io.doab.stream.PublisherSettings;
import io.doab.stream.engine.BackendPublisher;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What publishing once and for sure costs, against an {@code XADD} for each event.
 */
@Tag("soak")
class RedisPublishCostTests {

	private static final int EVENTS = 200_000;

	private static final int UNANSWERED = 5_000;

	@Test
	void anIdempotentPublisherIsNotMuchSlowerThanOneThatSendsEachEventOnce() {
		PublisherSettings patient = PublisherSettings.defaults().withTimeout(Duration.ofMinutes(1));
		try (RedisFixture fixture = new RedisFixture(); Application app = new Application(fixture)) {
			List<Double> once = new ArrayList<>();
			List<Double> idempotent = new ArrayList<>();
			List<Double> unanswered = new ArrayList<>();
			for (int round = 0; round < 3; round++) {
				once.add(rate(app, patient.withIdempotent(false), "once" + round));
				idempotent.add(rate(app, patient, "idempotent" + round));
				unanswered.add(rate(app, patient.withAcknowledgement(Acknowledgement.NONE), "none" + round));
				fixture.commands().flushall();
			}
			System.out.printf("events a second, three rounds: XADD each %s, idempotent %s, unanswered %s%n", once,
					idempotent, unanswered);
			assertThat(idempotent.getLast()).isGreaterThan(once.getLast() / 2);
		}
	}

	/** A lone event: what one round trip takes. */
	@Test
	void aLoneEventTakesAboutAsLongEitherWay() {
		try (RedisFixture fixture = new RedisFixture(); Application app = new Application(fixture)) {
			double once = micros(app, PublisherSettings.defaults().withIdempotent(false));
			double idempotent = micros(app, PublisherSettings.defaults());
			System.out.printf("us for a lone event: XADD %.0f, idempotent %.0f%n", once, idempotent);
			assertThat(idempotent).isLessThan(5 * once + 1_000);
		}
	}

	private static double micros(Application app, PublisherSettings settings) {
		try (BackendPublisher publisher = app.publisher(settings)) {
			long began = 0;
			for (int i = 0; i < 6_000; i++) {
				if (i == 3_000) {
					began = System.nanoTime();
				}
				publisher.publish("lone", Item.event("key" + i % 10, i)).join();
			}
			return (System.nanoTime() - began) / 3_000_000.0;
		}
	}

	private static double rate(Application app, PublisherSettings settings, String stream) {
		try (BackendPublisher publisher = app.publisher(settings)) {
			publisher.publish(stream, Item.event("first", 0)).join();
			long began = System.nanoTime();
			List<CompletableFuture<Published>> answers = new ArrayList<>(UNANSWERED);
			for (int i = 0; i < EVENTS; i++) {
				answers.add(publisher.publish(stream, Item.event("key" + i % 100, i)));
				if (answers.size() == UNANSWERED) {
					answers.forEach(CompletableFuture::join);
					answers.clear();
				}
			}
			return Math.rint(EVENTS * 1e9 / (System.nanoTime() - began));
		}
	}

}
