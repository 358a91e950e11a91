-- Gives entries back: they count as idle for so long already, so that others take them over when they are due.
--
-- KEYS: stream
-- ARGV: consumer group, consumer, then per entry: id, idle time in ms, deliveries, or nothing to leave these
--
-- Returns the ids that were not this consumer's any more.
local lost = {}
for i = 3, #ARGV, 3 do
  local told = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #told == 0 then
    lost[#lost + 1] = ARGV[i]
  elseif ARGV[i + 2] == '' then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[i + 1], 'JUSTID')
  else
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[i + 1], 'RETRYCOUNT', ARGV[i + 2], 'JUSTID')
  end
end
return lost
