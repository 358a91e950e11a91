-- Removes entries that are older than the retention and that every group has done: what was delivered to a queue and not
-- acknowledged is not.
-- KEYS: stream
-- ARGV: the oldest id to keep by age
local function before(a, b)
  local ams, aseq = string.match(a, '(%d+)-?(%d*)')
  local bms, bseq = string.match(b, '(%d+)-?(%d*)')
  ams, bms, aseq, bseq = tonumber(ams), tonumber(bms), tonumber(aseq) or 0, tonumber(bseq) or 0
  return ams < bms or (ams == bms and aseq < bseq)
end
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then
  return 0
end
local keep = ARGV[1]
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local told = {}
  for i = 1, #group, 2 do
    told[group[i]] = group[i + 1]
  end
  if before(told['last-delivered-id'], keep) then
    keep = told['last-delivered-id']
  end
  if told['pending'] > 0 then
    local oldest = redis.call('XPENDING', KEYS[1], told['name'])[2]
    if before(oldest, keep) then
      keep = oldest
    end
  end
end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', keep)
