-- Appends entries of an outbox to streams of this slot, each once whoever sends them and how often.
--
-- KEYS: what is remembered of the outbox and the lease under which the entries were written, then the streams
-- ARGV: ms to remember it for, count of entries, then per entry: its id in the outbox, number of its stream, count of
--   words, words. Ids grow.
local function after(a, b)
  local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
  local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
  ams, aseq, bms, bseq = tonumber(ams), tonumber(aseq), tonumber(bms), tonumber(bseq)
  return ams > bms or (ams == bms and aseq > bseq)
end
for i = 2, #KEYS do
  local type = redis.call('TYPE', KEYS[i]).ok
  if type ~= 'stream' and type ~= 'none' then
    return redis.error_reply('DOABTYPE key ' .. KEYS[i] .. ' is a ' .. type .. ', expected a stream')
  end
end
local last = redis.call('GET', KEYS[1]) or '0-0'
local at = 2
for _ = 1, tonumber(ARGV[2]) do
  local id = ARGV[at + 1]
  local words = tonumber(ARGV[at + 3])
  if after(id, last) then
    redis.call('XADD', KEYS[1 + tonumber(ARGV[at + 2])], '*', unpack(ARGV, at + 4, at + 3 + words))
    last = id
  end
  at = at + 3 + words
end
redis.call('SET', KEYS[1], last, 'PX', ARGV[1])
return 'OK'
