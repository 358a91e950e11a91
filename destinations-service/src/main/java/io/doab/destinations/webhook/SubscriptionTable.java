package io.doab.destinations.webhook;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.doab.destinations.webhook.call.SigningSecret;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcOperations;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of subscriptions. What changes them needs a transaction. */
final class SubscriptionTable {

	/** Held while one is added, so that the bound on their number holds. */
	private static final long ADDING = 0x776562686f6f6b73L;

	private static final String COLUMNS = "url = ?, description = ?, event_types = ?::jsonb, filter = ?::jsonb,"
			+ " ordered = ?, secret = ?, previous_secret = ?, previous_secret_until = ?, status = ?, reason = ?,"
			+ " since = ?, failures = ?, failing_since = ?, probes = ?, probe_at = ?, updated_at = ?, version = ?";

	private final JsonMapper json = JsonMapper.builder().build();

	private final JdbcOperations jdbc;

	private final SecretCipher cipher;

	SubscriptionTable(JdbcOperations jdbc, SecretCipher cipher) {
		this.jdbc = jdbc;
		this.cipher = cipher;
	}

	List<Subscription> all() {
		return this.jdbc.query("SELECT * FROM webhook_subscriptions ORDER BY created_at, id",
				(row, number) -> subscription(row));
	}

	/** The versions of all, by id. */
	Map<String, Long> versions() {
		return this.jdbc
			.query("SELECT id, version FROM webhook_subscriptions",
					(row, number) -> Map.entry(row.getString(1), row.getLong(2)))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	Optional<Subscription> find(String id) {
		return this.jdbc
			.query("SELECT * FROM webhook_subscriptions WHERE id = ?", (row, number) -> subscription(row), id)
			.stream()
			.findFirst();
	}

	/** Finds one that nobody else changes until the transaction ends. */
	Optional<Subscription> findForUpdate(String id) {
		return this.jdbc
			.query("SELECT * FROM webhook_subscriptions WHERE id = ? FOR UPDATE", (row, number) -> subscription(row),
					id)
			.stream()
			.findFirst();
	}

	/**
	 * Adds one.
	 * @return whether there was room for it
	 */
	boolean add(Subscription subscription, int max) {
		var _ = this.jdbc.query("SELECT pg_advisory_xact_lock(?)", (row, number) -> number, ADDING);
		Integer count = this.jdbc.queryForObject("SELECT count(*) FROM webhook_subscriptions", Integer.class);
		if (count != null && count >= max) {
			return false;
		}
		this.jdbc
			.update("""
					INSERT INTO webhook_subscriptions (id, url, event_types, filter, ordered, secret, status, since, failures,
					  probes, created_at, updated_at, version) VALUES (?, '', '[]', '[]', true, '', 'disabled', ?, 0, 0, ?, ?, 0)""",
					subscription.id(), time(subscription.createdAt()), time(subscription.createdAt()),
					time(subscription.createdAt()));
		update(subscription);
		return true;
	}

	void update(Subscription subscription) {
		SubscriptionTerms terms = subscription.terms();
		SigningSecrets secrets = subscription.secrets();
		SigningSecret previous = secrets.previous();
		EndpointState state = subscription.state();
		this.jdbc.update("UPDATE webhook_subscriptions SET " + COLUMNS + " WHERE id = ?", terms.url().toString(),
				terms.description(),
				this.json.writeValueAsString(terms.eventTypes().stream().map(EventTypePattern::text).toList()),
				this.json.writeValueAsString(terms.filter()), terms.ordered(),
				this.cipher.encrypt(subscription.id(), secrets.current()),
				(previous != null) ? this.cipher.encrypt(subscription.id(), previous) : null,
				time(secrets.previousUntil()), state.status().text(), state.reason(), time(state.since()),
				state.failures(), time(state.failingSince()), state.probes(), time(state.probeAt()),
				time(subscription.updatedAt()), subscription.version(), subscription.id());
	}

	/** Removes one with all its deliveries. */
	boolean remove(String id) {
		return this.jdbc.update("DELETE FROM webhook_subscriptions WHERE id = ?", id) > 0;
	}

	private Subscription subscription(ResultSet row) throws SQLException {
		String id = row.getString("id");
		List<String> types = this.json.readValue(row.getString("event_types"), new TypeReference<>() {
		});
		List<DataCondition> filter = this.json.readValue(row.getString("filter"), new TypeReference<>() {
		});
		SubscriptionTerms terms = new SubscriptionTerms(URI.create(row.getString("url")), row.getString("description"),
				types.stream().map(EventTypePattern::new).toList(), filter, row.getBoolean("ordered"));
		byte @Nullable [] previous = row.getBytes("previous_secret");
		SigningSecrets secrets = new SigningSecrets(this.cipher.decrypt(id, row.getBytes("secret")),
				(previous != null) ? this.cipher.decrypt(id, previous) : null, instant(row, "previous_secret_until"));
		EndpointState state = new EndpointState(EndpointState.Status.of(row.getString("status")),
				row.getString("reason"), required(row, "since"), row.getInt("failures"), instant(row, "failing_since"),
				row.getInt("probes"), instant(row, "probe_at"));
		return new Subscription(id, terms, secrets, state, required(row, "created_at"), required(row, "updated_at"),
				row.getLong("version"));
	}

	static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

	static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		@Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static Instant required(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
