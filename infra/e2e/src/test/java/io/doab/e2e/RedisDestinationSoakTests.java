package io.doab.e2e;

import io.doab.local.Backend;
import io.doab.local.LocalPlatform;

class RedisDestinationSoakTests extends DestinationSoakCases {

	RedisDestinationSoakTests() {
		super(Backend.REDIS);
	}

	@Override
	Streams streams(LocalPlatform platform) {
		return new RedisStreams(platform.backendAddress());
	}

}
