-- Acknowledges entries and takes them out of the stream, when no other group reads it.
--
-- KEYS: stream
-- ARGV: consumer group, ids
local count = redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
if #redis.call('XINFO', 'GROUPS', KEYS[1]) == 1 then
  redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
end
return count
