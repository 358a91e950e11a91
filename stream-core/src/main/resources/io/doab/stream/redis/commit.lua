-- Applies one commit to one partition of a group, wholly or not at all.
--
-- A script is not rolled back when a command in it fails half-way, so all that can fail is checked before the first
-- write: the lease, the number of the commit, the type of every key. A lack of memory is noticed by the server before
-- the first write of a script.
--
-- KEYS: lease, checkpoint, timers, then the inputs, the states and the outputs
-- ARGV: lease value, lease time in ms, number of this commit, group, then four sections:
--   inputs:  count, then per input: name, checkpoint, id of the prefix, entries in the prefix
--   states:  count of hashes, then per hash: count of puts, key and value of each, count of removals, key of each
--   timers:  count of sets, due time and timer of each, count of clears, each timer
--   outputs: count of keys, templates (templates.lua), count of events, then per event: number of its key, number of its
--            template, the words for its places
--
-- Returns OK, DUP when this very commit was applied before, LOST when the lease is not this member's any more, GAP when
-- the commit before this one is not what the server has: it went back to an earlier state.
local call, KEYS = redis.call, KEYS
if call('GET', KEYS[1]) ~= ARGV[1] then
  return 'LOST'
end
local number = tonumber(ARGV[3])
local stored = tonumber(redis.call('HGET', KEYS[2], '#commit') or '0')
if stored == number then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 'DUP'
end
if stored ~= number - 1 then
  return 'GAP'
end

local at = 4
local function word()
  at = at + 1
  return ARGV[at]
end
local wrong
local function check(key, wanted)
  local type = redis.call('TYPE', key).ok
  if type ~= wanted and type ~= 'none' then
    wrong = 'DOABTYPE key ' .. key .. ' is a ' .. type .. ', expected a ' .. wanted
  end
end

check(KEYS[2], 'hash')
check(KEYS[3], 'zset')
local inputs = tonumber(word())
local input_words = at
for i = 1, inputs do
  check(KEYS[3 + i], 'stream')
end
at = at + 4 * inputs
local states = tonumber(word())
local state_words = at
for i = 1, states do
  check(KEYS[3 + inputs + i], 'hash')
  local puts = tonumber(word())
  at = at + 2 * puts
  local removals = tonumber(word())
  at = at + removals
end
local timer_words = at
local sets = tonumber(word())
at = at + 2 * sets
local clears = tonumber(word())
at = at + clears
local outputs = tonumber(word())
for i = 1, outputs do
  check(KEYS[3 + inputs + states + i], 'stream')
end
local templates, entries = read_templates(at)
wrong = wrong or (not templates and entries)
if wrong then
  return redis.error_reply(wrong)
end

-- From here on nothing fails.
at = entries
for _ = 1, tonumber(word()) do
  local template = templates[ARGV[at + 2]]
  call('XADD', KEYS[3 + inputs + states + ARGV[at + 1]], '*', words_of(template, at + 2))
  at = at + 2 + #template.places
end

local function chunked(command, key, first, words)
  while words > 0 do
    local some = math.min(words, 4000)
    redis.call(command, key, unpack(ARGV, first, first + some - 1))
    first = first + some
    words = words - some
  end
end
at = state_words
for i = 1, states do
  local key = KEYS[3 + inputs + i]
  local puts = tonumber(word())
  chunked('HSET', key, at + 1, 2 * puts)
  at = at + 2 * puts
  local removals = tonumber(word())
  chunked('HDEL', key, at + 1, removals)
  at = at + removals
end
at = timer_words
sets = tonumber(word())
chunked('ZADD', KEYS[3], at + 1, 2 * sets)
at = at + 2 * sets
clears = tonumber(word())
chunked('ZREM', KEYS[3], at + 1, clears)

at = input_words
local checkpoint = {'#commit', ARGV[3]}
for i = 1, inputs do
  checkpoint[2 * i + 1] = ARGV[at + 4 * i - 3]
  checkpoint[2 * i + 2] = ARGV[at + 4 * i - 2]
end
redis.call('HSET', KEYS[2], unpack(checkpoint))
redis.call('PEXPIRE', KEYS[1], ARGV[2])

-- Shows position and lag to every Redis tool. The checkpoint is what counts, so this may fail. What the group lost it has
-- behind it as well (trim.lua counts it, in the slot of this partition).
local losses = 'doab:lost:' .. string.match(KEYS[1], '{P%d+}')
for i = 1, inputs do
  local read = ARGV[at + 4 * i]
  local lost = redis.pcall('HGET', losses, ARGV[at + 4 * i - 3] .. ' ' .. ARGV[4])
  if type(lost) == 'string' then
    read = string.format('%.0f', read + lost)
  end
  local set = redis.pcall('XGROUP', 'SETID', KEYS[3 + i], ARGV[4], ARGV[at + 4 * i - 1], 'ENTRIESREAD', read)
  if set.err then
    -- Redis 6.2 does not count what a group has read.
    redis.pcall('XGROUP', 'SETID', KEYS[3 + i], ARGV[4], ARGV[at + 4 * i - 1])
  end
end
return 'OK'
