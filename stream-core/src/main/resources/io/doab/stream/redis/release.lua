-- Ends a lease that is still this member's, notes that it was given up in good order, and tells who listens on the channel.
-- KEYS: lease, checkpoint
-- ARGV: lease value, channel, partition
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('HDEL', KEYS[2], '#owner')
redis.call('DEL', KEYS[1])
redis.pcall('PUBLISH', ARGV[2], ARGV[3])
return 1
