package io.doab.destinations.mail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/**
 * One mail address, without a name, that cannot end a header or add a recipient. Its text
 * shows no more of it than a support desk needs.
 */
final class MailAddress {

	/** RFC 5321, 4.5.3.1, less the angle brackets. */
	private static final int MAX_LENGTH = 254;

	private static final int MAX_LOCAL_PART = 64;

	/**
	 * No control character, space, comma, quote or comment, which are lawful and abused.
	 */
	private static final Pattern PLAIN = Pattern
		.compile("[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~.-]+@[\\p{L}\\p{N}](?:[\\p{L}\\p{N}.-]*[\\p{L}\\p{N}])?");

	private static final Pattern ANY = Pattern.compile("[^\\s<>\"(),:;@]+@[^\\s<>\"(),:;@]+");

	private final String text;

	private MailAddress(String text) {
		this.text = text;
	}

	static Optional<MailAddress> tryParse(String text) {
		String trimmed = text.strip();
		if (trimmed.length() > MAX_LENGTH || trimmed.indexOf('@') > MAX_LOCAL_PART
				|| !PLAIN.matcher(trimmed).matches()) {
			return Optional.empty();
		}
		try {
			new InternetAddress(trimmed, true);
			return Optional.of(new MailAddress(trimmed));
		}
		catch (AddressException ex) {
			return Optional.empty();
		}
	}

	/** As it is sent to; not for logs. */
	String full() {
		return this.text;
	}

	String domain() {
		return this.text.substring(this.text.indexOf('@') + 1);
	}

	/** {@code c17855@example.com} as {@code c***5@example.com}. */
	@Override
	public String toString() {
		return masked(this.text);
	}

	/** A text in which every address is masked. */
	static String mask(String text) {
		Matcher addresses = ANY.matcher(text);
		return addresses.replaceAll((found) -> Matcher.quoteReplacement(masked(found.group())));
	}

	private static String masked(String address) {
		int at = address.lastIndexOf('@');
		String local = address.substring(0, at);
		String shown = (local.length() < 4) ? "***" : local.charAt(0) + "***" + local.charAt(local.length() - 1);
		return shown + address.substring(at);
	}

}
