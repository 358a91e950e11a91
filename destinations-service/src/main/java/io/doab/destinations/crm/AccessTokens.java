package io.doab.destinations.crm;

import org.jspecify.annotations.Nullable;

/** What calls are authorised with. Safe for use by many threads. */
interface AccessTokens {

	/**
	 * The token to use now, or null when calls carry none. May block.
	 * @throws CrmAwayException when none is to be had
	 */
	@Nullable String current() throws CrmAwayException, InterruptedException;

	/**
	 * A call with this token was answered by 401.
	 * @return whether another one may do better
	 */
	boolean refused(String token);

	/** The same token for ever, or none. */
	static AccessTokens fixed(@Nullable String token) {
		String present = (token != null && !token.isBlank()) ? token : null;
		return new AccessTokens() {
			@Override
			public @Nullable String current() {
				return present;
			}

			@Override
			public boolean refused(String refused) {
				return false;
			}
		};
	}

}
