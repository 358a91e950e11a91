-- Stores an entry's dead letter and acknowledges the entry, both or neither.
--
-- KEYS: stream, stream of the dead letters
-- ARGV: consumer group, consumer, id, words of the dead letter
--
-- Returns 1, or 0 when the entry is not this consumer's any more; so a second call, after a reply that was lost, stores
-- nothing twice.
local type = redis.call('TYPE', KEYS[2]).ok
if type ~= 'stream' and type ~= 'none' then
  return redis.error_reply('DOABTYPE key ' .. KEYS[2] .. ' is a ' .. type .. ', expected a stream')
end
if #ARGV > 7000 then
  return redis.error_reply('DOABWORDS a dead letter has ' .. (#ARGV - 3) / 2 .. ' fields, more than one command takes')
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then
  return 0
end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 4))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1
