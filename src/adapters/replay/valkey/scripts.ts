/*
 * Each script runs alone in the server, so a use is recorded or not, however many brokers ask. A key of ours is a hash:
 * `uses`, and for each request `at:REQUEST` (ms of its last use) and `left:REQUEST` (how many of its tries may still be
 * given back). Whatever the clock of the server says, what is over counts as gone.
 */

/** KEYS: use, beginning. ARGV: request, now, ms of a retry, limit, end of the token, its issue. */
export const takeScript = `
local request, now, retry = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, ends, issued = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local known = redis.call('SET', KEYS[2], now, 'NX', 'GET')
if issued < (tonumber(known) or now) then return 'unknown' end
local over = tonumber(redis.call('HGET', KEYS[1], 'ends') or '0')
if over < now then redis.call('DEL', KEYS[1]) end
local at = tonumber(redis.call('HGET', KEYS[1], 'at:' .. request))
if at and now - at < retry then
  redis.call('HINCRBY', KEYS[1], 'left:' .. request, 1)
  return 'again'
end
if tonumber(redis.call('HGET', KEYS[1], 'uses') or '0') >= limit then return 'spent' end
redis.call('HINCRBY', KEYS[1], 'uses', 1)
redis.call('HSET', KEYS[1], 'ends', ends, 'at:' .. request, now, 'left:' .. request, 1)
redis.call('PEXPIRE', KEYS[1], math.max(ends - now, 1))
return 'first'
`;

/** KEYS: use. ARGV: request. */
export const releaseScript = `
local request = ARGV[1]
if redis.call('HEXISTS', KEYS[1], 'left:' .. request) == 0 then return 0 end
if redis.call('HINCRBY', KEYS[1], 'left:' .. request, -1) > 0 then return 0 end
redis.call('HDEL', KEYS[1], 'at:' .. request, 'left:' .. request)
if redis.call('HINCRBY', KEYS[1], 'uses', -1) <= 0 then redis.call('DEL', KEYS[1]) end
return 1
`;
