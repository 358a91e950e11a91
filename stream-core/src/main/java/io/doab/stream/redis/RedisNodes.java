package io.doab.stream.redis;

import java.util.List;
import java.util.Map;

import io.doab.stream.error.RetriableException;

import org.jspecify.annotations.Nullable;

/**
 * The servers, and which of them has a key. Safe for use by many threads.
 */
interface RedisNodes extends AutoCloseable {

	/**
	 * A session with the server that has a key, made now if need be.
	 * @throws RetriableException when there is no connection to it
	 */
	RedisSession session(String key);

	/** The present session with the server that has a key, if it is alive. */
	@Nullable RedisSession current(String key);

	/**
	 * A session with each master.
	 * @throws RetriableException when one of them cannot be reached
	 */
	List<RedisSession> masters();

	/**
	 * Whether keys are spread over servers: then a command takes keys of one hash tag
	 * only.
	 */
	boolean isCluster();

	/**
	 * What is known of servers that can take each other's place, for those who look after
	 * it. Empty where there is one server only.
	 */
	Map<String, String> topology();

	@Override
	void close();

}
