package io.doab.stream.redis;

/**
 * What one Sentinel says of a master.
 *
 * @param epoch how often the Sentinels have agreed on another one: of those who say
 * different things, whoever has the highest is right
 */
record SentinelView(RedisAddress master, long epoch) {

}
