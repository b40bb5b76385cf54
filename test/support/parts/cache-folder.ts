import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built parts are kept: outside the repository, so that a fresh clone finds them again. */
export function readCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['MAYFLY_CACHE']) return env['MAYFLY_CACHE'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'mayfly');
  return join(homedir(), '.cache', 'mayfly');
}
