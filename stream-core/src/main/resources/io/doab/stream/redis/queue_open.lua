-- Makes the consumer group of a queue on one stream, unless it is there.
--
-- KEYS: stream, floor
-- ARGV: consumer group, where a new queue begins: 0 or $
--
-- The floor is an id up to which everything was acknowledged when it was last looked at (queue_claim.lua). A group that
-- somebody removed begins again after it: what was not acknowledged comes again, and nothing is lost.
--
-- Returns 0 when the group is there, 1 when it was made, 2 when it was made again.
local type = redis.call('TYPE', KEYS[1]).ok
if type ~= 'stream' and type ~= 'none' then
  return redis.error_reply('DOABTYPE key ' .. KEYS[1] .. ' is a ' .. type .. ', expected a stream')
end
local function number(id)
  local ms, seq = string.match(id, '(%d+)-?(%d*)')
  return tonumber(ms), tonumber(seq) or 0
end
local last = '0-0'
if type == 'stream' then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    for i = 1, #group, 2 do
      if group[i] == 'name' and group[i + 1] == ARGV[1] then
        return 0
      end
    end
  end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      last = info[i + 1]
    end
  end
end
local floor = redis.call('GET', KEYS[2])
local start = ARGV[2]
if floor then
  local fms, fseq = number(floor)
  local lms, lseq = number(last)
  -- A stream that ends before it was replaced.
  start = (lms < fms or (lms == fms and lseq < fseq)) and '0' or floor
end
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], start, 'MKSTREAM')
redis.call('SET', KEYS[2], (start == '$') and last or start)
return floor and 2 or 1
