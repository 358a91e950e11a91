package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.Published;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.webevents.hit.WebHit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.awaitility.core.ConditionFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Every line of a log is published once, whatever becomes of the file and of who reads
 * it.
 */
@ExtendWith(OutputCaptureExtension.class)
class LogTailTests {

	private static final Duration QUIET = Duration.ofMinutes(10);

	private final List<Event<?>> published = Collections.synchronizedList(new ArrayList<>());

	private final List<LogTail> tails = new ArrayList<>();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@TempDir
	private Path folder;

	private Path log;

	private LogWriter writer;

	@BeforeEach
	void setUp() {
		this.log = this.folder.resolve("access.log");
		this.writer = new LogWriter(this.log);
	}

	@AfterEach
	void close() {
		this.tails.forEach(LogTail::close);
	}

	@Test
	void linesArePublishedAsTheyAreWritten() {
		this.writer.lines(3);
		start();
		awaitAll();
		this.writer.lines(2);
		awaitAll();
		Event<?> event = this.published.getFirst();
		assertThat(event.key()).isEqualTo(((WebHit) event.data()).visitor());
		assertThat(event.headers()).containsKey(ProcessorDefinition.DEDUPLICATE_HEADER);
		awaiting().until(() -> this.meters.get("web.events.tail.lines").counter().count() == 5);
	}

	@Test
	void aLineIsTakenWhenItHasItsEnd() {
		this.writer.lines(1);
		start();
		awaitAll();
		String second = LogWriter.line(1);
		this.writer.text(second.substring(0, 40));
		awaiting().until(() -> this.meters.get("web.events.tail.lag").gauge().value() == 40);
		assertThat(this.published).hasSize(1);
		this.writer.text(second.substring(40) + "\r\n");
		awaitLines(2);
	}

	@Test
	void aFileThatWasRenamedIsReadToItsEndBeforeTheNewOne() {
		this.writer.lines(3);
		start();
		awaitAll();
		this.writer.lines(3).rename().lines(3).linesTo(this.writer.rotated(1), 2);
		awaitAll();
		this.writer.lines(1).linesTo(this.writer.rotated(1), 1).lines(1).rename().lines(2);
		awaitAll();
	}

	@Test
	void aFileThatWasCopiedAndEmptiedIsReadToTheEndOfItsCopy() {
		this.writer.lines(5);
		LogTail first = start();
		awaitAll();
		first.close();
		this.writer.lines(5).copyAndTruncate().lines(2);
		start();
		awaitAll();
		this.writer.lines(3).copyAndTruncate().lines(20);
		awaitAll();
	}

	/** It was not known before, and neither was its copy. */
	@Test
	void aFileThatIsSeenBetweenItsCopyAndItsEmptyingIsReadOnce() {
		this.writer.lines(2);
		LogTail first = start();
		awaitAll();
		first.close();
		this.writer.rename().lines(5).copy().lines(2);
		start();
		awaitAll();
		this.writer.truncate().lines(3);
		awaitAll();
	}

	@Test
	void filesThatBeginWithTheSameLineAreEachRead() {
		this.writer.lines(2);
		LogTail first = start();
		awaitAll();
		first.close();
		this.writer.rename().text(LogWriter.line(50) + "\n").lines(3).rename().text(LogWriter.line(50) + "\n").lines(4);
		start();
		awaitLines(2 + 4 + 5);
	}

	@Test
	void whatWasRotatedMoreThanOnceMeanwhileIsFoundCompressedOrNot() {
		this.writer.lines(3).rename().age(1).lines(3);
		LogTail first = start();
		awaitLines(3);
		first.close();
		assertThat(paths()).containsExactly(3, 4, 5);
		this.writer.lines(4).rename().lines(5).rename().lines(6).rename().lines(2).compress(3).compress(2);
		start();
		awaitLines(this.writer.written() - 3);
		assertThat(paths()).isEqualTo(IntStream.range(3, this.writer.written()).boxed().toList());
	}

	@RepeatedTest(5)
	void filesThatMoveWhileTheyAreLookedForAreFound() {
		this.writer.lines(1);
		LogTail first = start();
		// One that is closed before it has looked leaves the first look to the next.
		awaitAll();
		first.close();
		CompletableFuture<Void> rotating = CompletableFuture.runAsync(() -> {
			for (int rotation = 0; rotation < 55; rotation++) {
				this.writer.lines(1).rename().lines(1);
			}
		});
		do {
			LogTail tail = start();
			LockSupport.parkNanos(Duration.ofMillis(ThreadLocalRandom.current().nextInt(10)).toNanos());
			tail.close();
		}
		while (!rotating.isDone());
		rotating.join();
		start();
		awaiting().untilAsserted(() -> assertThat(Set.copyOf(paths())).hasSize(this.writer.written()));
	}

	@Test
	void theFirstTimeOnlyTheLogItselfIsRead() {
		this.writer.lines(3).rename().age(1).lines(2);
		start();
		awaitLines(2);
		this.writer.lines(1).rename().lines(1);
		awaitLines(4);
		assertThat(paths()).containsExactly(3, 4, 5, 6);
	}

	@Test
	void whatIsRotatedAfterTheFirstLookIsReadThoughThereWasNoLogThen() {
		LogTail first = start();
		awaiting().until(() -> first.progress().status().state() == TailStatus.State.WAITING_FOR_FILE);
		first.close();
		this.writer.lines(3).rename().lines(2);
		start();
		awaitAll();
	}

	@Test
	void aLogThatWasQuietIsReadOnAfterItWasRotated() {
		Duration rotatedFor = Duration.ofSeconds(4);
		this.writer.lines(2);
		LogTail tail = start((stream, event) -> stored(event), rotatedFor);
		awaitAll();
		await().pollDelay(rotatedFor.plusMillis(100)).until(() -> true);
		this.writer.rename();
		awaiting().until(() -> tail.progress().status().state() == TailStatus.State.WAITING_FOR_FILE);
		this.writer.linesTo(this.writer.rotated(1), 1).lines(1);
		awaitAll();
	}

	@Test
	void aFolderThatIsEmptyForNowIsNoReasonToGiveAnythingUp() throws IOException {
		this.writer.lines(5);
		LogTail first = start();
		awaitAll();
		first.close();
		Path elsewhere = this.folder.resolve("elsewhere");
		Files.move(this.log, elsewhere);
		LogTail second = start();
		awaiting().until(() -> second.progress().status().state() == TailStatus.State.WAITING_FOR_FILE);
		Files.move(elsewhere, this.log);
		this.writer.lines(2);
		awaitAll();
		assertThat(this.published).extracting(Event::id).doesNotHaveDuplicates();
	}

	@Test
	void aRestartGoesOnWhereTheLastOneStopped() {
		for (int round = 0; round < 5; round++) {
			LogTail tail = start();
			this.writer.lines(round * 7);
			awaitAll();
			tail.close();
			this.writer.lines(round);
		}
		start();
		awaitAll();
	}

	@Test
	void aFileThatWasEmptiedIsReadFromItsBeginning() throws IOException {
		this.writer.lines(5);
		start();
		awaitAll();
		Files.writeString(this.log, "");
		this.writer.lines(2);
		awaitAll();
		Files.writeString(this.log, "");
		this.writer.lines(30);
		awaitAll();
	}

	@Test
	void aNewFileMayBeginAsTheFormerOneDid() {
		this.writer.text(LogWriter.line(0) + "\n" + LogWriter.line(1) + "\n");
		start();
		awaitLines(2);
		this.writer.rename().text(LogWriter.line(0) + "\n");
		awaitLines(3);
		assertThat(this.published).extracting(Event::id).doesNotHaveDuplicates();
	}

	@Test
	void theRestOfAFileThatIsOverIsALineAlthoughItHasNoEnd() {
		this.writer.lines(2).text(LogWriter.line(2));
		LogTail tail = start((stream, event) -> stored(event), Duration.ZERO);
		awaitLines(2);
		this.writer.rename();
		awaitLines(3);
		awaiting().until(() -> tail.progress().status().state() == TailStatus.State.WAITING_FOR_FILE);
		this.writer.text(LogWriter.line(3) + "\n");
		awaitLines(4);
		assertThat(paths()).containsExactly(0, 1, 2, 3);
	}

	@Test
	void whatIsNoLineOfALogIsPassedOverAndTold(CapturedOutput output) {
		this.writer.lines(1)
			.text("198.51.100.77 is broken\n\n")
			.text("x".repeat(600_000))
			.text("y\n")
			.text(LogWriter.line(7).replace("X11", "x".repeat(2_000)) + "\n")
			.textTo(this.log,
					(LogWriter.line(1).replace("X11", "\u00ff") + "\n").getBytes(StandardCharsets.ISO_8859_1));
		start();
		awaitLines(2);
		assertThat(((WebHit) this.published.get(1).data()).userAgent()).isEqualTo("Mozilla/5.0 (\ufffd)");
		awaiting().until(() -> this.meters.get("web.events.tail.malformed").counter().count() == 3);
		awaiting().until(() -> this.meters.get("web.events.tail.lines").counter().count() == 6);
		assertThat(output).contains("line 2, at byte " + (LogWriter.line(0).length() + 1)
				+ ", is passed over: the field 'time' is missing");
		assertThat(output.toString()).doesNotContain("198.51.100").doesNotContain("203.0.113");
	}

	@Test
	void aVeryLongLineIsPassedOverWhenItsEndHasCome() {
		this.writer.text("x".repeat(300_000));
		this.writer.lines(0);
		start();
		awaiting().until(() -> this.tails.getFirst().progress().status().state() == TailStatus.State.READING);
		this.writer.text("x".repeat(300_000)).text("\n").lines(2);
		awaitAll();
		assertThat(this.meters.get("web.events.tail.malformed").counter().count()).isEqualTo(1);
	}

	@Test
	void whatTheBackendDoesNotStoreIsPublishedAgainUnderTheSameId() {
		List<String> refused = Collections.synchronizedList(new ArrayList<>());
		this.writer.lines(30);
		start((stream, event) -> {
			if (refused.size() < 50) {
				refused.add(event.id());
				return CompletableFuture.failedFuture(new RetriableException("away", null));
			}
			return stored(event);
		});
		awaitAll();
		assertThat(this.published).extracting(Event::id).doesNotHaveDuplicates().containsAll(refused.subList(0, 20));
		this.writer.lines(1);
		awaitAll();
	}

	@Test
	void whatTheBackendCanNeverStoreIsPassedOver() {
		this.writer.lines(3);
		start((stream, event) -> {
			if (((WebHit) event.data()).path().equals("/1")) {
				return CompletableFuture.failedFuture(new InvalidEventException("too large"));
			}
			return stored(event);
		});
		awaitLines(2);
		awaiting().until(() -> this.meters.get("web.events.tail.lines").counter().count() == 3);
		assertThat(paths()).containsExactly(0, 2);
	}

	@Test
	void linesThatWereStoredAndNotSavedComeAgainUnderTheSameIds() {
		this.writer.lines(40);
		LogTail killed = start((stream, event) -> {
			this.published.add(event);
			return new CompletableFuture<>();
		});
		awaiting().until(() -> !this.published.isEmpty());
		killed.close();
		List<Event<?>> before = List.copyOf(this.published);
		this.writer.rename().lines(2);
		this.published.clear();
		start();
		awaitAll();
		assertThat(this.published.subList(0, before.size())).extracting(Event::id)
			.isEqualTo(before.stream().map(Event::id).toList());
	}

	@Test
	void ofTwoTailsOneReadsAndTheOtherStandsBy() {
		this.writer.lines(3);
		LogTail one = start();
		awaitAll();
		LogTail other = start();
		awaiting().until(() -> other.progress().status().state() == TailStatus.State.STANDING_BY);
		this.writer.lines(3);
		awaitAll();
		one.close();
		this.writer.lines(3);
		awaitAll();
		awaiting().until(() -> other.progress().status().state() == TailStatus.State.READING);
	}

	@Test
	void aFileThatIsNotThereYetIsWaitedFor() {
		LogTail tail = start();
		awaiting().until(() -> tail.progress().status().state() == TailStatus.State.WAITING_FOR_FILE);
		assertThat(health(tail)).isEqualTo(Status.UP);
		this.writer.lines(2);
		awaitAll();
	}

	@Test
	void aFileThatCannotBeReadIsToldByHealthUntilItCan() throws IOException {
		Files.createSymbolicLink(this.log, this.log);
		LogTail tail = start();
		awaiting().until(() -> health(tail).equals(Status.DOWN));
		Files.delete(this.log);
		this.writer.lines(2);
		awaitAll();
		awaiting().until(() -> health(tail).equals(Status.UP));
	}

	@Test
	void aStateThatCannotBeUnderstoodIsNotOverwritten() throws IOException {
		this.writer.lines(2);
		LogTail first = start();
		awaitAll();
		first.close();
		try (var states = Files.newDirectoryStream(this.folder.resolve("state"), "*.json")) {
			for (Path state : states) {
				Files.writeString(state, "{\"version\": 1, \"files\": [");
			}
		}
		LogTail tail = start();
		awaiting().until(() -> health(tail).equals(Status.DOWN));
		assertThat(tail.progress().status().reason()).contains("cannot be understood").contains("or remove it");
	}

	@Test
	void settingsThatMakeNoSenseAreRefused() {
		Path log = Path.of("access.log");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TailProperties(List.of(log), null, QUIET, DataSize.ofKilobytes(64), 1, QUIET))
			.withMessageContaining("web-events.tail.state-folder");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TailProperties(List.of(log, Path.of("./access.log")), this.folder, QUIET,
					DataSize.ofKilobytes(64), 1, QUIET))
			.withMessageContaining("web-events.tail.files");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TailProperties(List.of(log), this.folder, QUIET, DataSize.ofBytes(1), 1, QUIET))
			.withMessageContaining("web-events.tail.max-line-size");
	}

	private LogTail start() {
		return start((stream, event) -> stored(event));
	}

	private LogTail start(BiFunction<String, Event<?>, CompletableFuture<Published>> publisher) {
		return start(publisher, QUIET);
	}

	private LogTail start(BiFunction<String, Event<?>, CompletableFuture<Published>> publisher, Duration rotatedFor) {
		TailProperties properties = new TailProperties(List.of(this.log), this.folder.resolve("state"),
				Duration.ofMillis(5), DataSize.ofKilobytes(1), 20, rotatedFor);
		EventPublisher publishing = publisher::apply;
		LogTail tail = new LogTail(this.log, properties, this.folder.resolve("state"), publishing,
				new TailProgress(this.log.toString(), this.meters));
		this.tails.add(tail);
		tail.start();
		return tail;
	}

	private CompletableFuture<Published> stored(Event<?> event) {
		this.published.add(event);
		return CompletableFuture.completedFuture(
				new Published(new StreamPartition(WebHit.STREAM, 0), new Position(this.published.size(), 0)));
	}

	private static Status health(LogTail tail) {
		return new TailHealthIndicator(new Tails(List.of(tail))).health().getStatus();
	}

	private List<Integer> paths() {
		return List.copyOf(this.published)
			.stream()
			.map((event) -> Integer.valueOf(((WebHit) event.data()).path().substring(1)))
			.toList();
	}

	private static ConditionFactory awaiting() {
		return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
	}

	private void awaitLines(int count) {
		awaiting().until(() -> this.published.size() >= count);
		assertThat(this.published).hasSize(count);
	}

	/** Each line that was written was published, in order. */
	private void awaitAll() {
		awaitLines(this.writer.written());
		assertThat(paths())
			.containsExactlyInAnyOrderElementsOf(IntStream.range(0, this.writer.written()).boxed().toList());
	}

}
