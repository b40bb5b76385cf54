/*
 * Each script runs alone in the server, so a use is recorded or not, however many brokers ask. A key of ours is a hash:
 * `uses`, and for each request `at:REQUEST` (ms of its last use) and `left:REQUEST` (how many of its tries may still be
 * given back). Whatever the clock of the server says, what is over counts as gone; it stays for a minute more, because the
 * clock of another broker may be behind.
 */

/**
 * KEYS: beginning. ARGV: now. A hash too: since when nothing is missing, and of which run of the server. Another run may
 * have begun with what an older snapshot held, or as the replica of one that ended.
 */
export const beginScript = `
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
if redis.call('HGET', KEYS[1], 'run') ~= run then
  redis.call('HSET', KEYS[1], 'run', run, 'since', ARGV[1])
end
`;

/** KEYS: beginning, use. ARGV: now, request, ms of a retry, limit, end of the token, its issue. */
export const takeScript = `${beginScript}
local now, request, retry = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local limit, ends, issued = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if issued < tonumber(redis.call('HGET', KEYS[1], 'since')) then return 'unknown' end
local over = tonumber(redis.call('HGET', KEYS[2], 'ends') or '0')
if over < now then redis.call('DEL', KEYS[2]) end
local at = tonumber(redis.call('HGET', KEYS[2], 'at:' .. request))
if at and now - at < retry then
  redis.call('HINCRBY', KEYS[2], 'left:' .. request, 1)
  return 'again'
end
if tonumber(redis.call('HGET', KEYS[2], 'uses') or '0') >= limit then return 'spent' end
redis.call('HINCRBY', KEYS[2], 'uses', 1)
redis.call('HSET', KEYS[2], 'ends', ends, 'at:' .. request, now, 'left:' .. request, 1)
redis.call('PEXPIRE', KEYS[2], math.max(ends - now, 0) + 60000)
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
