package io.doab.inventory.reservation;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.doab.inventory.reservation.PaymentNews.Amount;
import io.doab.inventory.stock.Line;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.rest.IngestionProperties;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * An order's requests and its payment, in any sequence: goods and money never both go
 * out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReservationProcessorTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	private static final String REFUND = " refund";

	private InventoryDatabase database;

	private ProcessorTestDriver driver;

	@BeforeAll
	void startDatabase(@TempDir Path folder) {
		this.database = new InventoryDatabase(folder);
	}

	@AfterAll
	void stopDatabase() {
		this.database.close();
	}

	@BeforeEach
	void anOrderOfItsOwnAndSomeStock() {
		this.database.reset();
		this.driver = ProcessorTestDriver.of(processor()).at(NOW).build();
	}

	@AfterEach
	void closeDriver() {
		this.driver.close();
	}

	private ProcessorDefinition processor() {
		return new ReservationProcessing().inventoryService(new ReservationProcessor(this.database.movements()),
				new ReservationProperties(PATIENCE), new IngestionProperties("token", DataSize.ofKilobytes(256), 1, 1,
						Duration.ofHours(24), Duration.ofSeconds(1)));
	}

	@Test
	void aReservationWaitsForItsPayment() {
		reserve("A", 4);
		assertThat(results()).isEmpty();
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		assertThat(this.database.available()).isEqualTo(6);
	}

	@Test
	void aPaidOrderOfWhichNothingCanBeReservedIsRefundedAndNothingMoreIsReservedForIt() {
		paid(PaymentNews.AUTHORIZED);
		reserve("B", 1);
		assertThat(results()).containsExactly("reserve inventory.rejected out_of_stock" + REFUND);
		// The refund is on its way, and this side has not heard of it.
		reserve("A", 1);
		reserve("C", 1);
		paid(PaymentNews.REFUNDED);
		reserve("A", 1);
		assertThat(results()).containsOnly("reserve inventory.rejected payment_declined");
		assertThat(this.database.available()).isEqualTo(10);
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
	}

	@Test
	void ofReservationsThatWaitedTheFirstThatCannotBeDoneEndsTheOrder() {
		reserve("B", 1);
		reserve("A", 1);
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).containsExactly("reserve inventory.rejected out_of_stock" + REFUND,
				"reserve inventory.rejected payment_declined");
		assertThat(this.database.available()).isEqualTo(10);
	}

	@Test
	void anOrderOfWhichSomethingIsReservedKeepsItsPayment() {
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		reserve("B", 1);
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.reserved null",
				"reserve inventory.rejected out_of_stock", "reserve inventory.reserved null");
		takeBack("A", 2);
		reserve("B", 1);
		assertThat(results()).containsExactly("return inventory.returned null",
				"reserve inventory.rejected out_of_stock" + REFUND);
	}

	@Test
	void aReturnThatCannotBeDoneLeavesThePaymentAlone() {
		paid(PaymentNews.AUTHORIZED);
		takeBack("C", 1);
		assertThat(results()).containsExactly("return inventory.rejected unknown_sku");
	}

	@Test
	void aReturnThatWaitsInVainLeavesTheNextPaymentAlone() {
		takeBack("A", 1);
		timeOut();
		assertThat(results()).containsExactly("return inventory.rejected payment_timeout");
		reserve("A", 1);
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
	}

	@Test
	void anOrderThatGaveUpWaitingReservesNothingForTheChargeThatComesTooLate() {
		reserve("A", 1);
		this.driver.advance(Duration.ofMinutes(10));
		reserve("A", 1);
		takeBack("A", 1);
		timeOut();
		// The second has not waited as long; but the charge that it waits for is spent.
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout" + REFUND,
				"reserve inventory.rejected payment_timeout");
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout");
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		paid(PaymentNews.REFUNDED);
		assertThat(results()).containsExactly("return inventory.returned null",
				"reserve inventory.rejected payment_declined");
		assertThat(this.database.available()).isEqualTo(11);
	}

	@Test
	void theChargeAfterTheOneThatWasTooLateCountsAgain() {
		reserve("A", 1);
		timeOut();
		paid(PaymentNews.AUTHORIZED);
		paid(PaymentNews.REFUNDED);
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout" + REFUND,
				"reserve inventory.reserved null");
	}

	@Test
	void whatFindsNoRoomToWaitIsRejectedAndLeavesThePaymentAlone() {
		for (int i = 0; i <= ReservationProcessing.MAX_WAITING_REQUESTS; i++) {
			takeBack("A", 1);
		}
		assertThat(results()).containsExactly("return inventory.rejected payment_timeout");
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).hasSize(ReservationProcessing.MAX_WAITING_REQUESTS)
			.containsOnly("return inventory.returned null");
	}

	@Test
	void aNameThatTheDatabaseCannotHoldIsUnknown() {
		paid(PaymentNews.AUTHORIZED);
		reserve("A\0", 1);
		assertThat(results()).containsExactly("reserve inventory.rejected unknown_sku" + REFUND);
	}

	@Test
	void anIdThatComesBackWithOtherLinesMovesNothingAndClaimsNothing() {
		paid(PaymentNews.AUTHORIZED);
		request("id", InventoryType.RESERVE, new Line("A", 1));
		request("id", InventoryType.RESERVE, new Line("A", 1));
		assertThat(results()).containsExactly("reserve inventory.reserved null", "reserve inventory.reserved null");
		request("id", InventoryType.RESERVE, new Line("A", 2));
		this.database.forgetInbox();
		request("id", InventoryType.RESERVE, new Line("A", 2));
		assertThat(this.driver.deadLetters("inventory")).hasSize(2)
			.allSatisfy((letter) -> assertThat(letter.headers()).containsEntry("dlattempts", "1")
				.containsEntry("dlexception", InvalidEventException.class.getName()));
		assertThat(results()).isEmpty();
		assertThat(this.database.available()).isEqualTo(9);
	}

	@Test
	void aReservationWhoseCommitWasLostIsDoneOnceAndToldOnce() {
		paid(PaymentNews.AUTHORIZED);
		this.driver.loseNextCommit();
		reserve("A", 4);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		assertThat(this.database.available()).isEqualTo(6);
	}

	@Test
	void goodsThatWentOutAreToldThoughTheirProcessDiedAndTheMoneyWentBackMeanwhile() {
		Event<InventoryInstruction> request = event("order", InventoryType.RESERVE, new Line("A", 4));
		paid(PaymentNews.AUTHORIZED);
		assertThat(this.database.movements().apply(request.id(), request.data())).isEqualTo(Outcome.DONE);
		paid(PaymentNews.REFUNDED);
		this.driver.publish("inventory", request);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		assertThat(this.database.available()).isEqualTo(6);
		takeBack("A", 4);
		assertThat(results()).containsExactly("return inventory.returned null");
	}

	@Test
	void goodsThatWentOutAreToldThoughTheNewsOfTheirPaymentAreLost() {
		Event<InventoryInstruction> request = event("order", InventoryType.RESERVE, new Line("A", 4));
		assertThat(this.database.movements().apply(request.id(), request.data())).isEqualTo(Outcome.DONE);
		this.driver.publish("inventory", request);
		timeOut();
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
	}

	@Test
	void whatWasRefusedIsNotDoneByAProcessThatStoodStill() {
		Event<InventoryInstruction> request = event("order", InventoryType.RESERVE, new Line("A", 4));
		paid(PaymentNews.DECLINED);
		this.driver.publish("inventory", request);
		assertThat(results()).containsExactly("reserve inventory.rejected payment_declined");
		assertThat(this.database.movements().apply(request.id(), request.data())).isEqualTo(Outcome.PAYMENT_DECLINED);
		assertThat(this.database.available()).isEqualTo(10);
	}

	@Test
	void aReservationThatGaveUpBeforeItsProcessDiedRefundsTheChargeThatCameMeanwhile() {
		Event<InventoryInstruction> request = event("order", InventoryType.RESERVE, new Line("A", 4));
		this.driver.publish("inventory", request);
		assertThat(this.database.movements().refuse(request.id(), request.data(), Outcome.PAYMENT_TIMEOUT))
			.isEqualTo(Outcome.PAYMENT_TIMEOUT);
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout" + REFUND);
		assertThat(this.database.available()).isEqualTo(10);
	}

	@Test
	void aRejectionNamesTheChargeThatIsToBeGivenBackIfItIsKnown() {
		this.driver.publish(PaymentNews.STREAM, PaymentNews.AUTHORIZED, "order",
				new PaymentNews("order", new Amount(BigDecimal.TEN), "charge-1"));
		reserve("B", 1);
		reserve("never-paid");
		this.driver.advance(PATIENCE);
		assertThat(this.driver.outputs(InventoryResult.STREAM, InventoryResult.class))
			.extracting((event) -> event.data().refund(), (event) -> event.data().authorizationId())
			.containsExactly(tuple(true, "charge-1"), tuple(true, null));
	}

	@Test
	void aRequestThatCannotBeDoneCostsItselfAndNotThePaymentThatItWaitedFor() {
		this.driver.publish(PaymentNews.STREAM, PaymentNews.AUTHORIZED, "other", news("other"));
		this.driver.publish("inventory", event("other", InventoryType.RESERVE, new Line("A", 1)).withId("used"));
		request("used", InventoryType.RESERVE, new Line("A", 2));
		reserve("A", 3);
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 4);
		assertThat(results()).containsExactly("reserve inventory.reserved null", "reserve inventory.reserved null",
				"reserve inventory.reserved null");
		assertThat(this.database.available()).isEqualTo(2);
		assertThat(this.driver.deadLetters(PaymentNews.STREAM)).isEmpty();
		assertThat(this.driver.deadLetters("inventory")).extracting(Event::id).containsExactly("used");
	}

	@Test
	void moreThanWentOutDoesNotComeBack() {
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 2);
		takeBack("A", 3);
		takeBack("A", 2);
		assertThat(results()).containsExactly("reserve inventory.reserved null",
				"return inventory.rejected exceeds_reservation", "return inventory.returned null");
		assertThat(this.database.available()).isEqualTo(10);
	}

	@Test
	void aReservationThatWaitsOutlivesTheProcessAndGivesUpInTime() {
		reserve("A", 1);
		this.driver.advance(Duration.ofMinutes(10));
		this.driver.restart();
		this.driver.advance(Duration.ofMinutes(5).minusMillis(1));
		assertThat(results()).isEmpty();
		this.driver.advance(Duration.ofMillis(1));
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout" + REFUND);
	}

	@Test
	void aPaymentThatCameInTimeCountsAlthoughTheServiceWasDown() {
		reserve("A", 1);
		this.driver.stop();
		this.driver.advance(Duration.ofMinutes(14));
		paid(PaymentNews.AUTHORIZED);
		this.driver.advance(Duration.ofHours(2));
		this.driver.start();
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		assertThat(this.driver.timers()).isEmpty();
	}

	@Test
	void whoPaysInAnyOrderOfRequestAndPaymentGetsTheGoodsOnce() {
		this.driver.publish(PaymentNews.STREAM, PaymentNews.AUTHORIZED, "first-paid", news("first-paid"));
		reserve("first-paid");
		reserve("first-reserved");
		this.driver.publish(PaymentNews.STREAM, PaymentNews.AUTHORIZED, "first-reserved", news("first-reserved"));
		assertThat(results()).containsExactly("reserve inventory.reserved null", "reserve inventory.reserved null");
		assertThat(this.database.available()).isEqualTo(8);
		assertThat(this.driver.timers()).isEmpty();
	}

	@Test
	void whatAnOrderGaveUpIsForgottenAfterAWeek() {
		reserve("A", 1);
		timeOut();
		this.driver.advance(Duration.ofDays(7));
		paid(PaymentNews.AUTHORIZED);
		reserve("A", 1);
		assertThat(results()).containsExactly("reserve inventory.rejected payment_timeout" + REFUND,
				"reserve inventory.reserved null");
	}

	@Test
	void aRequestThatComesTwiceUnderOneKeyIsDoneOnce() {
		paid(PaymentNews.AUTHORIZED);
		Event<InventoryInstruction> repeatable = event("order", InventoryType.RESERVE, new Line("A", 1))
			.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		this.driver.publish("inventory", repeatable);
		this.driver.publish("inventory", repeatable);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
	}

	@Test
	void whileTheDatabaseIsAwayRequestsWaitForItHoweverLong() {
		paid(PaymentNews.AUTHORIZED);
		this.database.refuse();
		reserve("A", 1);
		this.driver.advance(Duration.ofHours(1));
		assertThat(results()).isEmpty();
		assertThat(this.driver.deadLetters("inventory")).isEmpty();
		this.database.restore();
		this.driver.advance(Duration.ofMinutes(1));
		assertThat(results()).containsExactly("reserve inventory.reserved null");
	}

	private void reserve(String sku, int quantity) {
		this.driver.publish("inventory", event("order", InventoryType.RESERVE, new Line(sku, quantity)));
	}

	/** One of A for an order of its own. */
	private void reserve(String order) {
		this.driver.publish("inventory", event(order, InventoryType.RESERVE, new Line("A", 1)));
	}

	private void takeBack(String sku, int quantity) {
		this.driver.publish("inventory", event("order", InventoryType.RETURN, new Line(sku, quantity)));
	}

	private void request(String id, InventoryType type, Line... lines) {
		this.driver.publish("inventory", event("order", type, lines).withId(id));
	}

	private static Event<InventoryInstruction> event(String order, InventoryType type, Line... lines) {
		return Event.of(type.eventType(), order, new InventoryInstruction(order, type, Arrays.asList(lines)));
	}

	private void paid(String type) {
		this.driver.publish(PaymentNews.STREAM, type, "order", news("order"));
	}

	private static PaymentNews news(String order) {
		return new PaymentNews(order, new Amount(BigDecimal.TEN), "charge-of-" + order);
	}

	private void timeOut() {
		this.driver.advanceTo(this.driver.timers().getFirst().due());
	}

	/** What was told since this was asked before. */
	private List<String> results() {
		return this.driver.newOutputs(InventoryResult.STREAM, InventoryResult.class)
			.stream()
			.map((event) -> event.data().request().label() + " " + event.type() + " " + event.data().reason()
					+ (Boolean.TRUE.equals(event.data().refund()) ? REFUND : ""))
			.toList();
	}

}
