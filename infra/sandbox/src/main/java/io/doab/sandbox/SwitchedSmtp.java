package io.doab.sandbox;

import java.util.function.Consumer;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpState;
import com.icegreen.greenmail.user.UserManager;
import jakarta.mail.internet.MimeMessage;

import org.jspecify.annotations.Nullable;

/**
 * What the SMTP server asks at each step of a mail. It refuses recipients when the switch
 * says so; a mail that is kept though it is refused is refused after its content.
 */
final class SwitchedSmtp {

	private final FaultSwitch faults;

	private final Consumer<MimeMessage> mails;

	SwitchedSmtp(FaultSwitch faults, Consumer<MimeMessage> mails) {
		this.faults = faults;
		this.mails = mails;
	}

	/** What GreenMail is to be started with. */
	Managers managers() {
		return new Managers() {

			private final SmtpManager steps = new Steps(getImapHostManager(), getUserManager());

			@Override
			public SmtpManager getSmtpManager() {
				return this.steps;
			}

		};
	}

	private static @Nullable String refusal(Behaviour met) {
		return met.isFaulty() ? met.status() + " The sandbox was told to answer " + met.status() : null;
	}

	/** Nothing goes into GreenMail's own store, which would grow for ever. */
	private final class Steps extends SmtpManager {

		private Steps(ImapHostManager imap, UserManager users) {
			super(imap, users);
		}

		@Override
		public @Nullable String checkRecipient(SmtpState state, MailAddress recipient) {
			return SwitchedSmtp.this.faults.behaviour().keep() ? null : refusal(SwitchedSmtp.this.faults.next());
		}

		@Override
		public @Nullable String checkData(SmtpState state) {
			if (!SwitchedSmtp.this.faults.behaviour().keep()) {
				return null;
			}
			String refusal = refusal(SwitchedSmtp.this.faults.next());
			if (refusal != null) {
				send(state);
			}
			return refusal;
		}

		@Override
		@SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing of GreenMail's
																	// is touched
		public void send(SmtpState state) {
			SwitchedSmtp.this.mails.accept(state.getMessage().getMessage());
		}

	}

}
