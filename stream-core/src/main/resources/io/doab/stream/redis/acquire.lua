-- Takes the lease of a partition when nobody has it, or this very member under another nonce, and tells where its group
-- is. A member asks only when it has dropped all that it had of the partition: what it still has under way of an earlier
-- lease is refused from then on, as another's would be.
--
-- KEYS: lease, epoch, checkpoint, then the inputs
-- ARGV: member, nonce, lease time in ms, group, then either nothing or the name of each input: a group that begins at
--   the end of its inputs. Where that is, is decided once and stored: what comes before the first commit counts.
--
-- Returns {epoch, the last id of each input, the fields of the checkpoint, how many entries of each input are gone from
-- its beginning}, or {0, ms until the present lease ends}.
-- The checkpoint's field #owner says who took the partition last; whoever gives it up in good order removes the field. It
-- is returned as it was before this call.
--
-- A second call with the same nonce finds what the first one did: its reply may have been lost.
local present = redis.call('GET', KEYS[1])
local epoch
if present then
  epoch = string.match(present, ':(%d+):' .. ARGV[2] .. '$')
  if not epoch and string.sub(present, 1, #ARGV[1] + 1) ~= ARGV[1] .. ':' then
    return {0, redis.call('PTTL', KEYS[1])}
  end
end

for i = 4, #KEYS do
  local type = redis.call('TYPE', KEYS[i]).ok
  if type ~= 'stream' and type ~= 'none' then
    return redis.error_reply('DOABTYPE key ' .. KEYS[i] .. ' is a ' .. type .. ', expected a stream')
  end
end

-- What fails half-way in a commit is not undone: what it may not do has to be known before it begins.
if redis.acl_check_cmd then
  local writes = {
    {'XADD', KEYS[3], '*', 'f', 'v'}, {'HSET', KEYS[3], 'f', 'v'}, {'HDEL', KEYS[3], 'f'}, {'ZADD', KEYS[3], '1', 'm'},
    {'ZREM', KEYS[3], 'm'}, {'PEXPIRE', KEYS[1], '1'}
  }
  for _, write in ipairs(writes) do
    if not redis.acl_check_cmd(unpack(write)) then
      return redis.error_reply('NOPERM the user of this connection may not ' .. write[1] .. ' ' .. write[2])
    end
  end
end

epoch = epoch or redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. epoch .. ':' .. ARGV[2], 'PX', ARGV[3])
local last = {}
local gone = {}
for i = 4, #KEYS do
  -- Redis tools look at a group of the same name; it fails when it is there already.
  redis.pcall('XGROUP', 'CREATE', KEYS[i], ARGV[4], '0', 'MKSTREAM')
  local info = redis.call('XINFO', 'STREAM', KEYS[i])
  -- Redis 6.2 does not count what was ever added.
  local added
  local length
  for j = 1, #info, 2 do
    if info[j] == 'last-generated-id' then
      last[i - 3] = info[j + 1]
    elseif info[j] == 'entries-added' then
      added = info[j + 1]
    elseif info[j] == 'length' then
      length = info[j + 1]
    end
  end
  gone[i - 3] = added and added - length or 0
  if ARGV[i + 1] then
    redis.call('HSETNX', KEYS[3], ARGV[i + 1], '1 ' .. last[i - 3] .. ' ' .. (added and string.format('%.0f', added) or '-1') .. ' ')
  end
end
local stored = redis.call('HGETALL', KEYS[3])
redis.call('HSET', KEYS[3], '#owner', ARGV[1] .. ':' .. epoch)
return {tonumber(epoch), last, stored, gone}
