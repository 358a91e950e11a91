-- Removes consumers that have nothing pending: to remove one that has would lose its entries.
--
-- KEYS: stream
-- ARGV: consumer group, a consumer that leaves or nothing, after which idle time in ms others count as gone
local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local told = {}
  for i = 1, #consumer, 2 do
    told[consumer[i]] = consumer[i + 1]
  end
  if told['pending'] == 0 and (told['name'] == ARGV[2] or told['idle'] > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], told['name'])
    removed = removed + 1
  end
end
return removed
