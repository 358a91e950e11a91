package io.doab.stream.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Many events in one request.
 */
class LineIntakeTests {

	private final LineIntake intake = new LineIntake(10, 3, Duration.ofSeconds(1));

	private final List<String> stored = new ArrayList<>();

	@Test
	void linesAreTakenInOrderAndBlankOnesOnlyCounted() throws IOException {
		LineSummary summary = take("one\r\n\n \t\ntwo\nthree");
		assertThat(this.stored).containsExactly("1 one", "4 two", "5 three");
		assertThat(summary).isEqualTo(new LineSummary(3, 0, List.of()));
	}

	@Test
	void aLineThatIsTooLargeIsToldAndTheNextIsTaken() throws IOException {
		LineSummary summary = take("0123456789\n0123456789a\nnext\n");
		assertThat(this.stored).containsExactly("1 0123456789", "3 next");
		assertThat(summary.errors()).containsExactly(new LineSummary.LineError(2, "is larger than 10 bytes"));
	}

	@Test
	void wrongLinesAreCountedAndTheFirstHundredTold() throws IOException {
		LineSummary summary = take("bad\n".repeat(150) + "good\n");
		assertThat(summary.accepted()).isEqualTo(1);
		assertThat(summary.rejected()).isEqualTo(150);
		assertThat(summary.errors()).hasSize(100).last().isEqualTo(new LineSummary.LineError(100, "not good"));
	}

	@Test
	void whatTheBackendCanNeverStoreIsRejectedAsWell() throws IOException {
		LineSummary summary = take("one\ninvalid\ntwo\n");
		assertThat(summary.accepted()).isEqualTo(2);
		assertThat(summary.errors()).containsExactly(new LineSummary.LineError(2, "can never be stored"));
	}

	@Test
	void aLineThatFailsUnexpectedlyIsRejectedWithoutAWordOfIt() throws IOException {
		LineSummary summary = take("one\nbug\ntwo\n");
		assertThat(summary.accepted()).isEqualTo(2);
		assertThat(summary.errors()).containsExactly(new LineSummary.LineError(2, "cannot be read"));
	}

	@Test
	void aBackendThatCannotStoreEndsItAndTellsHowFarItCame() {
		RequestProblem problem = catchThrowableOfType(RequestProblem.class,
				() -> take("one\nbad\ntwo\naway\nthree\nfour\nfive\nsix\n"));
		assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(problem.toResponse("/payments").getHeaders().getFirst("Retry-After")).isEqualTo("5");
		assertThat(problem.toResponse("/payments").getBody())
			.satisfies((body) -> assertThat(body.getProperties()).containsEntry("accepted", 2L)
				.containsEntry("rejected", 1L)
				.containsEntry("line", 4L));
		// No more is sent to a backend that is away than what may be under way.
		assertThat(this.stored).doesNotContain("8 six");
	}

	@Test
	void aBackendThatDoesNotAnswerIsWaitedForNoLongerThanSaid() {
		RequestProblem problem = catchThrowableOfType(RequestProblem.class, () -> take("silent\n"));
		assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	private LineSummary take(String body) throws IOException {
		return this.intake.take(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), this::store);
	}

	private CompletableFuture<?> store(long number, byte[] line) {
		String text = new String(line, StandardCharsets.UTF_8);
		this.stored.add(number + " " + text);
		return switch (text) {
			case "bad" -> throw RequestProblem.malformed("not good");
			case "invalid" -> CompletableFuture.failedFuture(new InvalidEventException("can never be stored"));
			case "bug" -> throw new IllegalStateException("4242424242424242");
			case "away" -> CompletableFuture.failedFuture(new RetriableException("away", null));
			case "silent" -> new CompletableFuture<>();
			default -> CompletableFuture.completedFuture(text);
		};
	}

}
