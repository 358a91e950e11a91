package io.doab.stream.json;

import io.doab.stream.PayloadCodec;
import io.doab.stream.error.InvalidEventException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads as JSON. Fields that a program does not know are passed over, so that a newer
 * producer may add some.
 */
public final class JsonPayloadCodec implements PayloadCodec {

	private final JsonMapper mapper;

	public JsonPayloadCodec() {
		this(JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build());
	}

	/** A codec over a mapper of one's own. */
	public JsonPayloadCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String contentType() {
		return "application/json";
	}

	@Override
	public byte[] encode(Object value) {
		try {
			return this.mapper.writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new InvalidEventException(
					"A " + value.getClass().getName() + " cannot be written as JSON: " + ex.getClass().getSimpleName(),
					withoutContent(ex));
		}
	}

	@Override
	public <T> T decode(byte[] bytes, Class<T> type) {
		try {
			T value = this.mapper.readValue(bytes, type);
			if (value == null) {
				throw new InvalidEventException("The payload is JSON null, not a " + type.getName());
			}
			return value;
		}
		catch (JacksonException ex) {
			throw new InvalidEventException("The payload is no " + type.getName() + " in JSON" + where(ex),
					withoutContent(ex));
		}
	}

	private static String where(JacksonException ex) {
		String path = ex.getPathReference();
		return (path != null && !path.isEmpty()) ? " (at " + path + ")" : "";
	}

	/** Jackson's messages repeat what they choke on. */
	private static Throwable withoutContent(JacksonException ex) {
		RuntimeException bare = new IllegalArgumentException(ex.getClass().getSimpleName());
		bare.setStackTrace(ex.getStackTrace());
		return bare;
	}

}
