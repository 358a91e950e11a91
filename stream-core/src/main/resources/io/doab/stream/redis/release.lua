-- Ends a lease that is still this member's, and tells who listens on the channel.
-- KEYS: lease
-- ARGV: lease value, channel, partition
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.pcall('PUBLISH', ARGV[2], ARGV[3])
return 1
