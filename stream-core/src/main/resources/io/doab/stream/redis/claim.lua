-- Claims an idempotency key for a fingerprint; returns whose it is.
-- KEYS: idempotency key
-- ARGV: fingerprint, window in ms
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return ARGV[1]
end
return redis.call('GET', KEYS[1])
