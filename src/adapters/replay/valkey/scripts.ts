/*
 * Each script runs alone in the server, so a use is recorded or not, however many brokers ask. A key of ours is a hash:
 * `uses`, and for each request `at:REQUEST` (ms of its last use) and `left:REQUEST` (how many of its tries may still be
 * given back). Whatever the clock of the server says, what is over counts as gone; it stays for a minute more, because the
 * clock of another broker may be behind.
 */

/** Another run of the server may have begun with what an older snapshot held, or as the replica of one that ended. */
const readRun = `
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
`;

/**
 * KEYS: beginning. ARGV: now. A hash too: since when nothing is missing, and of which run of the server.
 */
export const beginScript = `${readRun}
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

/**
 * A token of a broker's own is a hash too: what is sealed, and by which run of the server it was kept: another one may
 * bring back what was revoked. How many there are, in all and of one subject, is said by two sets whose members count
 * until their end.
 *
 * KEYS: token, all, those of the subject. ARGV: now, end, sealed, most of all, most of one subject.
 */
export const keepScript = `${readRun}
local now, ends = tonumber(ARGV[1]), tonumber(ARGV[2])
local left = math.max(ends - now, 1)
for at = 2, 3 do
  redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', now)
  if redis.call('ZCARD', KEYS[at]) >= tonumber(ARGV[at + 2]) then return at == 2 and 'full' or 'share' end
end
redis.call('HSET', KEYS[1], 'run', run, 'sealed', ARGV[3])
redis.call('PEXPIRE', KEYS[1], left)
for at = 2, 3 do
  redis.call('ZADD', KEYS[at], ends, KEYS[1])
  if redis.call('PTTL', KEYS[at]) < left then redis.call('PEXPIRE', KEYS[at], left) end
end
return 'kept'
`;

/** KEYS: token. */
export const findScript = `${readRun}
local found = redis.call('HMGET', KEYS[1], 'run', 'sealed')
return found[1] == run and found[2] or ''
`;

/** KEYS: token, all, those of the subject. */
export const revokeScript = `
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('ZREM', KEYS[3], KEYS[1])
return redis.call('DEL', KEYS[1])
`;
