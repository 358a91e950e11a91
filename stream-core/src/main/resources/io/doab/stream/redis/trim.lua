-- Removes entries that are older than the retention or more than a limit, and that every group has done; those that are
-- more than a hard limit, done or not. Counts what groups lost by that, and what somebody else removed before they had
-- done it. A call removes so many at most, for none may keep the server long. What was delivered to a queue and not
-- acknowledged is not done.
--
-- KEYS: stream, hash of losses of its partition number
-- ARGV: the oldest id to keep by age, most entries or 0, most bytes or 0, 1 when these are hard, name of the stream
--
-- Returns {how many were removed, 1 when there may be more to remove, then each group that lost something and how much}
--
-- The hash has for each stream and group what it lost, and under '#' how many entries were gone when that was looked at
-- last. Redis counts what was ever added, and commits tell it how far a group is: less than what is gone means a loss.
local function before(a, b)
  local ams, aseq = string.match(a, '(%d+)-?(%d*)')
  local bms, bseq = string.match(b, '(%d+)-?(%d*)')
  ams, bms, aseq, bseq = tonumber(ams), tonumber(bms), tonumber(aseq) or 0, tonumber(bseq) or 0
  return ams < bms or (ams == bms and aseq < bseq)
end
local function fields(flat)
  local named = {}
  for i = 1, #flat, 2 do
    named[flat[i]] = flat[i + 1]
  end
  return named
end
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then
  return {0, 0}
end
local groups = {}
for i, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  groups[i] = fields(group)
  groups[i].done = groups[i]['last-delivered-id']
  if groups[i].pending > 0 then
    local oldest = redis.call('XPENDING', KEYS[1], groups[i].name)[2]
    if before(oldest, groups[i].done) then
      groups[i].done = oldest
    end
  end
end
local function lose(group, count)
  if count > 0 then
    redis.call('HINCRBY', KEYS[2], ARGV[5] .. ' ' .. group.name, string.format('%.0f', count))
  end
end

-- What somebody else removed. Before 7.0 Redis does not count.
local info = fields(redis.call('XINFO', 'STREAM', KEYS[1]))
local added = info['entries-added']
if added then
  local gone = added - info.length
  for _, group in ipairs(groups) do
    -- A group that has not begun begins with the first that is there.
    if group['entries-read'] and group['last-delivered-id'] ~= '0-0' then
      local field = '#' .. ARGV[5] .. ' ' .. group.name
      local seen = tonumber(redis.call('HGET', KEYS[2], field) or '0')
      lose(group, gone - math.max(group['entries-read'], seen))
    end
  end
end

-- By age, where all have done it.
local keep = ARGV[1]
local slowest
for _, group in ipairs(groups) do
  if not slowest or before(group.done, slowest) then
    slowest = group.done
  end
end
if slowest and before(slowest, keep) then
  keep = slowest
end
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', keep)
local more = removed >= 5000

-- By number and size. The ids of what is to go are read with all that the entries hold, so few at once.
local most = tonumber(ARGV[2])
local length = redis.call('XLEN', KEYS[1])
local bytes = length > 0 and redis.call('MEMORY', 'USAGE', KEYS[1]) or 0
if tonumber(ARGV[3]) > 0 and bytes > tonumber(ARGV[3]) then
  local fits = math.max(1, math.floor(length * tonumber(ARGV[3]) / bytes))
  most = (most > 0) and math.min(most, fits) or fits
end
if most > 0 and length > most then
  local portion = math.max(1, math.min(1000, math.floor(4194304 * length / bytes)))
  local count = math.min(portion, length - most)
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', count + 1)
  local cut = oldest[count + 1][1]
  if ARGV[4] == '1' then
    for _, group in ipairs(groups) do
      local undone = 0
      for i = count, 1, -1 do
        if not before(group['last-delivered-id'], oldest[i][1]) then
          break
        end
        undone = undone + 1
      end
      if group.pending > 0 then
        undone = undone + #redis.call('XPENDING', KEYS[1], group.name, '-', oldest[count][1], count)
      end
      lose(group, undone)
    end
  elseif slowest and before(slowest, cut) then
    cut = slowest
  end
  local cutoff = redis.call('XTRIM', KEYS[1], 'MINID', cut)
  removed = removed + cutoff
  more = more or (cutoff == count and length - cutoff > most)
end

if added then
  local gone = string.format('%.0f', added - redis.call('XLEN', KEYS[1]))
  for _, group in ipairs(groups) do
    redis.call('HSET', KEYS[2], '#' .. ARGV[5] .. ' ' .. group.name, gone)
  end
end
local answer = {removed, more and 1 or 0}
for _, group in ipairs(groups) do
  local total = redis.call('HGET', KEYS[2], ARGV[5] .. ' ' .. group.name)
  if total then
    answer[#answer + 1] = group.name
    answer[#answer + 1] = tonumber(total)
  end
end
return answer
