package io.doab.e2e;

import io.doab.local.Backend;
import io.doab.local.LocalPlatform;

class KafkaDestinationSoakTests extends DestinationSoakCases {

	KafkaDestinationSoakTests() {
		super(Backend.KAFKA);
	}

	@Override
	Streams streams(LocalPlatform platform) {
		return new KafkaStreams(platform.backendAddress());
	}

}
