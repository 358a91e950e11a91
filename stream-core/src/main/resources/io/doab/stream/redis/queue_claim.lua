-- Takes over entries that no consumer has given a sign of life for, and notes how far the queue is.
--
-- KEYS: stream, floor
-- ARGV: consumer group, consumer, idle time in ms, how many at most, cursor of the last call
--
-- Returns {cursor, {id, deliveries, fields of each entry}, ids that were pending and are not in the stream any more}.
local found = {}
local cursor = ARGV[5]
local gone = {}
if tonumber(ARGV[4]) > 0 then
  local claimed = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[5], 'COUNT', ARGV[4])
  cursor = claimed[1]
  gone = claimed[3] or {}
  for _, entry in ipairs(claimed[2]) do
    -- Redis 6.2 returns nothing for an entry that is not in the stream.
    if entry then
      local told = redis.call('XPENDING', KEYS[1], ARGV[1], entry[1], entry[1], 1)
      found[#found + 1] = {entry[1], told[1][4], entry[2]}
    end
  end
end

local floor
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
if pending[1] > 0 then
  local ms, seq = string.match(pending[2], '(%d+)-(%d+)')
  if seq ~= '0' then
    floor = ms .. '-' .. string.format('%.0f', tonumber(seq) - 1)
  else
    floor = string.format('%.0f', tonumber(ms) - 1) .. '-18446744073709551615'
  end
else
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local told = {}
    for i = 1, #group, 2 do
      told[group[i]] = group[i + 1]
    end
    if told['name'] == ARGV[1] then
      floor = told['last-delivered-id']
    end
  end
end
if redis.call('GET', KEYS[2]) ~= floor then
  redis.call('SET', KEYS[2], floor)
end
return {cursor, found, gone}
