-- What a partition holds beyond a group's prefix, and what that prefix is: all at one moment.
--
-- KEYS: checkpoint, stream
-- ARGV: input, how many ids to return at most, then either nothing or the prefix of a group that has no checkpoint here
--
-- Returns {checkpoint or nil, ms of the server's clock, length, entries ever added or -1, first id, last id ever given,
-- the prefix that counts, id, id, …}. A prefix beyond the end of the stream counts as none: the stream was rolled back
-- or replaced, and the group will begin with its first entry.
local function after(a, b)
  local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
  local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
  ams, aseq, bms, bseq = tonumber(ams), tonumber(aseq), tonumber(bms), tonumber(bseq)
  return ams > bms or (ams == bms and aseq > bseq)
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('HGET', KEYS[1], ARGV[1])
local prefix = ARGV[3] or (stored and string.match(stored, '^%d+ (%d+%-%d+) ')) or '0-0'
if redis.call('TYPE', KEYS[2]).ok ~= 'stream' then
  return {stored, now, 0, 0, '0-0', '0-0', prefix}
end
local length, added, last = 0, -1, '0-0'
local info = redis.call('XINFO', 'STREAM', KEYS[2])
for i = 1, #info, 2 do
  if info[i] == 'length' then
    length = info[i + 1]
  elseif info[i] == 'entries-added' then
    added = info[i + 1]
  elseif info[i] == 'last-generated-id' then
    last = info[i + 1]
  end
end
if after(prefix, last) then
  prefix = '0-0'
end
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local reply = {stored, now, length, added, first[1] and first[1][1] or '0-0', last, prefix}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. prefix, '+', 'COUNT', ARGV[2])) do
  reply[#reply + 1] = entry[1]
end
return reply
