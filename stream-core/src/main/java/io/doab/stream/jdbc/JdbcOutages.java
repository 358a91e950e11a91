package io.doab.stream.jdbc;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Tells a database that is away, or in another's way, from an event that it refuses.
 */
public final class JdbcOutages {

	private JdbcOutages() {
	}

	/**
	 * Whether the same may succeed later, without anything about the event being changed.
	 */
	public static boolean isOutage(Exception failure) {
		return failure instanceof TransientDataAccessException || failure instanceof RecoverableDataAccessException
				|| failure instanceof DataAccessResourceFailureException || failure instanceof TransactionException;
	}

}
