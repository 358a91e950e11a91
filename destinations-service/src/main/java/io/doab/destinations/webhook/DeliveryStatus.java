package io.doab.destinations.webhook;

import java.util.Locale;

/** What has become of a delivery. */
enum DeliveryStatus {

	/** It will be tried. */
	WAITING,

	/** It arrived. */
	DELIVERED,

	/** It was given up; somebody can let it wait again. */
	DEAD;

	String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
