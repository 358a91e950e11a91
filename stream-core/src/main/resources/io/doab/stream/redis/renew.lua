-- Prolongs a lease that is still this member's; never sets one anew.
-- KEYS: lease
-- ARGV: lease value, lease time in ms
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
