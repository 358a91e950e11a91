package io.doab.stream.redis;

/** Where a server is. */
record RedisAddress(String host, int port) {

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
