package io.doab.destinations.mail;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts mails by what became of them: meter {@code doab.mails}, tag {@code outcome}. */
final class MailCounter {

	private final MeterRegistry registry;

	MailCounter(MeterRegistry registry) {
		this.registry = registry;
	}

	/** The server took it. */
	void sent() {
		count("sent");
	}

	/** It was sent before, and not again. */
	void repeated() {
		count("repeated");
	}

	/** The customer has no address. */
	void noAddress() {
		count("no-address");
	}

	/** It is not known whether it was sent. */
	void doubtful() {
		count("doubtful");
	}

	private void count(String outcome) {
		this.registry.counter("doab.mails", "outcome", outcome).increment();
	}

}
