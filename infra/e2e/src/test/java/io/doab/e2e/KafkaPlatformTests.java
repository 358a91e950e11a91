package io.doab.e2e;

import io.doab.local.Backend;

class KafkaPlatformTests extends PlatformTests {

	KafkaPlatformTests() {
		super(Backend.KAFKA, (platform) -> new KafkaStreams(platform.backendAddress()));
	}

}
