-- Keeps a member in its group, tells who else is there and what is assigned to whom, and takes a new assignment.
--
-- KEYS: members, assignment
-- ARGV: member, ms until it counts as gone, or 0 to leave, channel, then either nothing or the assignment that a new one
--   follows from, and the new one: it is taken when nobody was faster
--
-- Returns {assignment, ms until another counts as gone unless it is heard of, or -1, member, member, …}. Who listens on the channel is told of every change. All by the server's clock.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changes = redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] == '0' then
  changes = changes + redis.call('ZREM', KEYS[1], ARGV[1])
else
  changes = changes + redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
end
local assignment = redis.call('GET', KEYS[2]) or ''
if ARGV[4] and assignment == ARGV[4] then
  assignment = ARGV[5]
  redis.call('SET', KEYS[2], assignment)
  changes = changes + 1
end
if changes > 0 then
  -- Only for speed: the next heartbeat of everyone tells the same.
  redis.pcall('PUBLISH', ARGV[3], 'changed')
end
local reply = { assignment, -1 }
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  reply[#reply + 1] = members[i]
  if reply[2] == -1 and members[i] ~= ARGV[1] then
    reply[2] = members[i + 1] - now
  end
end
return reply
