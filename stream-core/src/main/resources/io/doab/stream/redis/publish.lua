-- Appends a batch of one publisher to one partition, once however often it is sent: batches are numbered, and each goes
-- only after the one before was answered, or given up.
--
-- KEYS: stream, what is remembered of the publisher: the number of its last batch and the ids that it got
-- ARGV: number of this batch, ms to remember it for, templates (templates.lua), count of events, then per event: number of
-- its template, the words for its places
--
-- Returns the ids, separated by blanks. A batch that was given up and comes after a later one is refused with DOABLATE.
local type = redis.call('TYPE', KEYS[1]).ok
if type ~= 'stream' and type ~= 'none' then
  return redis.error_reply('DOABTYPE key ' .. KEYS[1] .. ' is a ' .. type .. ', expected a stream')
end
local known = redis.call('GET', KEYS[2])
if known then
  local last, ids = string.match(known, '^(%d+) (.*)$')
  if tonumber(last) == tonumber(ARGV[1]) then
    -- A write, so that a WAIT that follows covers what was appended before.
    redis.call('PEXPIRE', KEYS[2], ARGV[2])
    return ids
  end
  if tonumber(last) > tonumber(ARGV[1]) then
    return redis.error_reply('DOABLATE batch ' .. ARGV[1] .. ' came after batch ' .. last)
  end
end
local templates, at = read_templates(2)
if not templates then
  return redis.error_reply(at)
end
local ids = {}
local events = tonumber(ARGV[at + 1])
at = at + 1
for i = 1, events do
  local template = templates[ARGV[at + 1]]
  ids[i] = redis.call('XADD', KEYS[1], '*', words_of(template, at + 1))
  at = at + 1 + #template.places
end
local answer = table.concat(ids, ' ')
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. answer, 'PX', ARGV[2])
return answer
