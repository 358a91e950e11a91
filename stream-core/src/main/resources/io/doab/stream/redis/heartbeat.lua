-- Keeps a member in its group and tells who else is there, by the server's clock.
-- KEYS: members
-- ARGV: member, ms until it counts as gone, or 0 to leave
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
end
return redis.call('ZRANGE', KEYS[1], 0, -1)
