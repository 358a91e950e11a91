-- Tells that a consumer lives and holds entries still; does not count as a delivery.
--
-- KEYS: stream
-- ARGV: consumer group, consumer, ids
--
-- Returns the ids that are not this consumer's any more.
local mine = {}
local lost = {}
for i = 3, #ARGV do
  local told = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #told > 0 then
    mine[#mine + 1] = ARGV[i]
  else
    lost[#lost + 1] = ARGV[i]
  end
end
for from = 1, #mine, 1000 do
  local words = {unpack(mine, from, math.min(from + 999, #mine))}
  words[#words + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(words))
end
return lost
