package io.doab.inventory.reservation;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.doab.inventory.reservation.PaymentNews.Amount;
import io.doab.inventory.stock.Line;
import io.doab.inventory.stock.Stock;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.Event;
import io.doab.stream.Timer;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.JdbcInbox;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.test.RecordingContext;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An order's requests and its payment, in any sequence: goods and money never both go
 * out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReservationProcessorTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	private static final String REFUND = " refund";

	private PostgresServer server;

	private JdbcTemplate jdbc;

	private ReservationProcessor processor;

	private RecordingContext context = new RecordingContext("key");

	private Instant now = NOW;

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = PostgresServer.start(Ports.free(), folder, "inventory", "secret");
		this.server.ensureDatabase("inventory");
		DriverManagerDataSource source = new DriverManagerDataSource(this.server.jdbcUrl("inventory"), "inventory",
				"secret");
		this.jdbc = new JdbcTemplate(source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V1__stock_and_inbox.sql"));
			return connection;
		});
		TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(source));
		this.processor = new ReservationProcessor(
				new StockMovements(new Stock(this.jdbc),
						new JdbcInbox(this.jdbc, transactions, new JsonPayloadCodec(), "test")),
				new ReservationProperties(PATIENCE), new Clock() {

					@Override
					public ZoneOffset getZone() {
						return ZoneOffset.UTC;
					}

					@Override
					public Clock withZone(java.time.ZoneId zone) {
						return this;
					}

					@Override
					public Instant instant() {
						return ReservationProcessorTests.this.now;
					}

				});
	}

	@AfterAll
	void stopServer() {
		this.server.close();
	}

	@BeforeEach
	void anOrderOfItsOwnAndSomeStock() {
		this.context = new RecordingContext("key");
		this.now = NOW;
		this.jdbc.execute("TRUNCATE inbox, reservations, stock");
		this.jdbc.update("INSERT INTO stock (sku, available) VALUES ('A', 10), ('B', 0)");
	}

	@Test
	void aReservationWaitsForItsPayment() {
		reserve("A", 4);
		assertThat(results()).isEmpty();
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).containsExactly("reserve inventory.reserved null");
		assertThat(available()).isEqualTo(6);
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
		assertThat(available()).isEqualTo(10);
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
		assertThat(available()).isEqualTo(10);
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
		this.now = NOW.plusSeconds(600);
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
		assertThat(available()).isEqualTo(11);
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
		for (int i = 0; i <= WaitingRequests.MAX_REQUESTS; i++) {
			takeBack("A", 1);
		}
		assertThat(results()).containsExactly("return inventory.rejected payment_timeout");
		paid(PaymentNews.AUTHORIZED);
		assertThat(results()).hasSize(WaitingRequests.MAX_REQUESTS).containsOnly("return inventory.returned null");
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
		this.processor.requested(request("id", InventoryType.RESERVE, new Line("A", 1)), this.context);
		this.processor.requested(request("id", InventoryType.RESERVE, new Line("A", 1)), this.context);
		assertThat(results()).containsExactly("reserve inventory.reserved null", "reserve inventory.reserved null");
		assertThatThrownBy(
				() -> this.processor.requested(request("id", InventoryType.RESERVE, new Line("A", 2)), this.context))
			.isInstanceOf(InvalidEventException.class);
		this.jdbc.execute("TRUNCATE inbox");
		assertThatThrownBy(
				() -> this.processor.requested(request("id", InventoryType.RESERVE, new Line("A", 2)), this.context))
			.isInstanceOf(InvalidEventException.class);
		assertThat(results()).isEmpty();
		assertThat(available()).isEqualTo(9);
	}

	private void reserve(String sku, int quantity) {
		this.processor.requested(request(UUID.randomUUID().toString(), InventoryType.RESERVE, new Line(sku, quantity)),
				this.context);
	}

	private void takeBack(String sku, int quantity) {
		this.processor.requested(request(UUID.randomUUID().toString(), InventoryType.RETURN, new Line(sku, quantity)),
				this.context);
	}

	private static Event<InventoryInstruction> request(String id, InventoryType type, Line... lines) {
		return Event.of(type.eventType(), "order", new InventoryInstruction("order", type, Arrays.asList(lines)))
			.withId(id);
	}

	private void paid(String type) {
		this.processor.paymentTold(Event.of(type, "order", new PaymentNews("order", new Amount(BigDecimal.TEN))),
				this.context);
	}

	private void timeOut() {
		Instant due = this.context.timer(ReservationProcessor.PAYMENT_TIMEOUT).orElseThrow();
		this.now = due;
		this.processor.paymentTimedOut(new Timer(ReservationProcessor.PAYMENT_TIMEOUT, "order", due), this.context);
	}

	private List<String> results() {
		return this.context.emitted().stream().map((event) -> {
			InventoryResult result = (InventoryResult) event.data();
			return result.request().label() + " " + event.type() + " " + result.reason()
					+ (Boolean.TRUE.equals(result.refund()) ? REFUND : "");
		}).toList();
	}

	private long available() {
		return this.jdbc.queryForList("SELECT available FROM stock WHERE sku = 'A'", Long.class).getFirst();
	}

}
