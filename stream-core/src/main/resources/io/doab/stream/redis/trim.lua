-- Removes entries that are older than the retention and that every group has done.
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
  for i = 1, #group, 2 do
    if group[i] == 'last-delivered-id' and before(group[i + 1], keep) then
      keep = group[i + 1]
    end
  end
end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', keep)
