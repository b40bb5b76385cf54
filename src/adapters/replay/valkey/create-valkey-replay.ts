import { hash } from 'node:crypto';
import { retryMs } from '#core/identity/token/replay-key.ts';
import type { ReplayStore, TokenUse, UseVerdict } from '#core/ports/broker/replay-store.ts';
import type { Clock } from '#core/ports/time.ts';
import { beginning, unavailable, type ValkeyConnection } from './connect-valkey.ts';
import { releaseScript, takeScript } from './scripts.ts';

/** Remembers uses for many brokers. Closing it closes the connection. */
export function createValkeyReplay(connection: ValkeyConnection, clock: Clock): ReplayStore {
  return {
    async take(use, signal) {
      const { request, limit, until, issuedAt } = use;
      const words = [clock.now(), request, retryMs, limit, until, issuedAt];
      const keys = [beginning, keyOf(use)];
      return readVerdict(await connection.ask({ script: takeScript, keys, words }, signal));
    },
    async release(use, signal) {
      const call = { script: releaseScript, keys: [keyOf(use)], words: [use.request] };
      await connection.ask(call, signal);
    },
    async close() {
      connection.close();
      await Promise.resolve();
    },
  };
}

function keyOf({ key }: TokenUse): string {
  return `mayfly:replay:use:${hash('sha256', key, 'base64url')}`;
}

const verdicts: readonly UseVerdict[] = ['first', 'again', 'spent', 'unknown'];

function readVerdict(answer: unknown): UseVerdict {
  const verdict = verdicts.find((word) => word === answer);
  if (verdict === undefined) throw unavailable('its answer is not understood');
  return verdict;
}
