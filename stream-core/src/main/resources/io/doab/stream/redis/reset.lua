-- Moves a group's partition to another place of its inputs and removes what is to go with that, wholly or not at all,
-- for the member that owns it.
--
-- KEYS: lease, checkpoint, then the inputs that are moved, then what is removed
-- ARGV: lease value, group, count of inputs, then per input: name, id of the prefix, what is done beyond it
--
-- Returns OK, or LOST when the lease is not this member's any more. The number of the last commit goes up, so that
-- nothing that was prepared before is applied after. How many entries the prefix holds is found out where that is
-- cheap, and else -1.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'LOST'
end
local function after(a, b)
  local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
  local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
  ams, aseq, bms, bseq = tonumber(ams), tonumber(aseq), tonumber(bms), tonumber(bseq)
  return ams > bms or (ams == bms and aseq > bseq)
end
local inputs = tonumber(ARGV[3])
local entries = {}
local type = redis.call('TYPE', KEYS[2]).ok
if type ~= 'hash' and type ~= 'none' then
  return redis.error_reply('DOABTYPE key ' .. KEYS[2] .. ' is a ' .. type .. ', expected a hash')
end
for i = 1, inputs do
  local key = KEYS[2 + i]
  local prefix = ARGV[3 * i + 2]
  type = redis.call('TYPE', key).ok
  if type ~= 'stream' and type ~= 'none' then
    return redis.error_reply('DOABTYPE key ' .. key .. ' is a ' .. type .. ', expected a stream')
  end
  entries[i] = 0
  if type == 'stream' then
    local length, added, last = 0, nil, '0-0'
    local info = redis.call('XINFO', 'STREAM', key)
    for j = 1, #info, 2 do
      if info[j] == 'length' then
        length = info[j + 1]
      elseif info[j] == 'entries-added' then
        added = info[j + 1]
      elseif info[j] == 'last-generated-id' then
        last = info[j + 1]
      end
    end
    local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
    if not added then
      entries[i] = -1
    elseif not first or not after(last, prefix) then
      entries[i] = added
    elseif after(first[1], prefix) then
      entries[i] = added - length
    else
      entries[i] = -1
    end
  end
end

-- From here on nothing fails.
for i = 1, inputs do
  local prefix = ARGV[3 * i + 2]
  redis.call('HSET', KEYS[2], ARGV[3 * i + 1], '1 ' .. prefix .. ' ' .. entries[i] .. ' ' .. ARGV[3 * i + 3])
  local set = redis.pcall('XGROUP', 'SETID', KEYS[2 + i], ARGV[2], prefix, 'ENTRIESREAD', entries[i])
  if set.err then
    redis.pcall('XGROUP', 'SETID', KEYS[2 + i], ARGV[2], prefix)
  end
end
redis.call('HINCRBY', KEYS[2], '#commit', 1)
for i = 3 + inputs, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
return 'OK'
