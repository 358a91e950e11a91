-- Appends a batch of one publisher to one partition, once however often it is sent: batches are numbered, and each goes
-- only after the one before was answered, or given up.
--
-- KEYS: stream, what is remembered of the publisher: the number of its last batch and the ids that it got
-- ARGV: number of this batch, ms to remember it for, then the events:
--   count of templates, per template: count of words, count of places, words, places;
--   count of events, per event: number of its template, the words for its places
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
local at = 2
local function word()
  at = at + 1
  return ARGV[at]
end
local templates = {}
for i = 1, tonumber(word()) do
  local count = tonumber(word())
  local places = tonumber(word())
  local template = {words = {unpack(ARGV, at + 1, at + count)}, count = count, places = {}}
  at = at + count
  for j = 1, places do
    template.places[j] = tonumber(word())
  end
  -- Found by the word that names it.
  templates['' .. i] = template
end
local ids = {}
for i = 1, tonumber(word()) do
  local template = templates[word()]
  local words, places = template.words, template.places
  for j = 1, #places do
    words[places[j]] = word()
  end
  ids[i] = redis.call('XADD', KEYS[1], '*', unpack(words, 1, template.count))
end
local answer = table.concat(ids, ' ')
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. answer, 'PX', ARGV[2])
return answer
