package io.doab.destinations.mail;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

import org.springframework.core.io.ClassPathResource;

/**
 * Writes mails by the templates of {@code mail/}: each kind as text and as HTML, in which
 * every value is escaped.
 */
final class Letters {

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private final Map<MailKind, Template> texts = new EnumMap<>(MailKind.class);

	private final Map<MailKind, Template> pages = new EnumMap<>(MailKind.class);

	private final String shop;

	Letters(String shop) {
		this.shop = shop;
		Mustache.Compiler text = Mustache.compiler().escapeHTML(false).defaultValue("").withLoader(Letters::read);
		Mustache.Compiler page = Mustache.compiler().escapeHTML(true).defaultValue("").withLoader(Letters::read);
		for (MailKind kind : MailKind.values()) {
			this.texts.put(kind, compile(text, kind.template() + ".txt"));
			this.pages.put(kind, compile(page, kind.template() + ".html"));
		}
	}

	String text(MailContent content) {
		return written(this.texts, content);
	}

	String html(MailContent content) {
		return written(this.pages, content);
	}

	private String written(Map<MailKind, Template> templates, MailContent content) {
		Template template = templates.get(content.kind());
		if (template == null) {
			throw new IllegalStateException("There is a template for each kind");
		}
		return template.execute(values(content));
	}

	private Map<String, Object> values(MailContent content) {
		Map<String, Object> values = new HashMap<>();
		values.put("shop", this.shop);
		values.put("subject", content.subject());
		values.put("order", content.order());
		values.put("reason", content.kind().reason(content.reason()));
		values.put("date", DATE.format(content.time()));
		if (content.amount() != null) {
			values.put("amount",
					(content.currency() != null) ? content.amount() + " " + content.currency() : content.amount());
		}
		if (content.card() != null) {
			values.put("card", content.card());
		}
		return values;
	}

	private static Template compile(Mustache.Compiler compiler, String name) {
		try (Reader source = read(name)) {
			return compiler.compile(source);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Reader read(String name) throws IOException {
		return new InputStreamReader(new ClassPathResource("mail/" + name).getInputStream(), StandardCharsets.UTF_8);
	}

}
