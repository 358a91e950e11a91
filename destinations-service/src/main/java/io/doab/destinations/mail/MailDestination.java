package io.doab.destinations.mail;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.doab.destinations.EventDestination;
import io.doab.stream.DeadLetter;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.JdbcOutages;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;

/**
 * Tells customers what became of their orders: a mail per event, once.
 *
 * <p>
 * Results of the inventory carry no address. That of the order's payment is kept, and a
 * result that comes before it waits for it.
 *
 * <p>
 * Before a mail is sent it is noted that it will be, and afterwards that it was. A repeat
 * of its event sends nothing then. What was noted as begun and no more is in doubt; what
 * becomes of it, {@link MailProperties.Doubtful} says.
 */
final class MailDestination implements EventDestination {

	private static final Logger logger = LoggerFactory.getLogger(MailDestination.class);

	private static final String RECIPIENT = "recipient";

	private static final Duration RECIPIENT_KEPT = Duration.ofDays(7);

	/** Connections to the mail server at a time. */
	private static final int CONCURRENCY = 16;

	/** Patient, as mail servers expect it: thirteen attempts over about two hours. */
	private static final RetryPolicy RETRIES = new RetryPolicy(13, Duration.ofSeconds(5), 2, Duration.ofMinutes(15),
			0.2);

	private final @Nullable Mailer mailer;

	private final @Nullable String missing;

	private final SentMails sentMails;

	private final MailProperties.Doubtful doubtful;

	private final MailCounter counter;

	/**
	 * Creates the destination.
	 * @param mailer null when something is missing
	 * @param missing what, or null
	 */
	MailDestination(@Nullable Mailer mailer, @Nullable String missing, SentMails sentMails,
			MailProperties.Doubtful doubtful, MailCounter counter) {
		this.mailer = mailer;
		this.missing = missing;
		this.sentMails = sentMails;
		this.doubtful = doubtful;
		this.counter = counter;
	}

	@Override
	public String name() {
		return "mail";
	}

	@Override
	public Optional<String> missing() {
		return Optional.ofNullable(this.missing);
	}

	@Override
	public RetryPolicy retries() {
		return RETRIES;
	}

	@Override
	public boolean isOutage(Exception failure) {
		return failure instanceof MailAwayException || JdbcOutages.isOutage(failure);
	}

	@Override
	public void configure(ProcessorDefinition.Builder processor) {
		processor.state(RECIPIENT, Recipient.class, RECIPIENT_KEPT).concurrency(CONCURRENCY);
	}

	@Override
	public void deliver(Event<JsonNode> event, ProcessingContext context) throws Exception {
		boolean redriven = event.headers().containsKey(DeadLetter.REDRIVE_COUNT_HEADER);
		Optional<MailContent> content = MailContent.of(event);
		if (event.key() == null) {
			return;
		}
		KeyedState<Recipient> state = context.state(RECIPIENT, Recipient.class);
		Recipient recipient = state.get().orElseGet(Recipient::unknown);
		if (event.type().startsWith("payment.")) {
			Recipient paying = new Recipient(true, MailContent.text(event.data(), "/customer/email"),
					recipient.waiting());
			for (MailContent waiting : paying.waiting()) {
				tell(waiting, paying, false);
			}
			if (content.isPresent()) {
				tell(content.get(), paying, redriven);
			}
			state.put(new Recipient(true, paying.email(), List.of()));
		}
		else if (content.isPresent()) {
			if (recipient.known()) {
				tell(content.get(), recipient, redriven);
			}
			else {
				state.put(recipient.withWaiting(content.get()));
			}
		}
	}

	private void tell(MailContent content, Recipient recipient, boolean redriven) throws Exception {
		String email = recipient.email();
		if (email == null || email.isBlank()) {
			this.counter.noAddress();
			return;
		}
		MailAddress to = MailAddress.tryParse(email)
			.orElseThrow(() -> new InvalidEventException("The customer's address is no mail address"));
		Mailer present = this.mailer;
		if (present == null) {
			throw new IllegalStateException("Mail is off: " + this.missing);
		}
		present.awaitTurn();
		switch (this.sentMails.begin(content.eventId())) {
			case NOTHING -> send(present, content, to);
			case SENT -> this.counter.repeated();
			case IN_DOUBT -> {
				this.counter.doubtful();
				if (this.doubtful == MailProperties.Doubtful.DEAD_LETTER && !redriven) {
					throw new InvalidEventException("It is not known whether mail " + present.messageId(content)
							+ " was sent: its process or connection ended just then. Look for it in the mail server's log;"
							+ " redrive this dead letter to send it again, or discard it");
				}
				send(present, content, to);
			}
		}
	}

	private void send(Mailer present, MailContent content, MailAddress to) throws Exception {
		try {
			present.send(content, to);
		}
		catch (MailAwayException | MailFailedException | InvalidEventException ex) {
			this.sentMails.notSent(content.eventId());
			throw ex;
		}
		this.sentMails.sent(content.eventId());
		this.counter.sent();
		logger.debug("Mail {} of {} went to {}", content.kind(), content.eventId(), to);
	}

}
