package io.doab.e2e;

import io.doab.local.Backend;

class RedisPlatformTests extends PlatformTests {

	RedisPlatformTests() {
		super(Backend.REDIS, (platform) -> new RedisStreams(platform.backendAddress()));
	}

}
