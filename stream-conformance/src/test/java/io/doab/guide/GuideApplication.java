package io.doab.guide;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;

/**
 * What the examples of the guide are run with, and what their events carry.
 */
interface GuideApplication {

	BackendFixture fixture();

	/** What the beans of an application are here. */
	Application app();

	/** That somebody is to get one. */
	record Email(String subject) {

	}

	/** A step of an order. */
	record Order(String id, String status) {

	}

	/** The bill of an order, and how many the customer had. */
	record Bill(String orderId, int number) {

	}

}
