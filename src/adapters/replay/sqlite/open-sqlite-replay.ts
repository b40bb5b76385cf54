import { hash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { retryMs } from '#core/identity/token/replay-key.ts';
import type { ReplayStore, TokenUse, UseVerdict } from '#core/ports/broker/replay-store.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { readField } from '#core/text/read-field.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { openKnowledge } from './open-knowledge.ts';

export interface SqliteReplayDeps {
  readonly clock: Clock;
  /** Names this start of the machine: what was written before a crash of the machine may be lost. */
  readonly bootId: string;
}

export interface SqliteReplay extends ReplayStore {
  /** Since when every use is known, in milliseconds: tokens from before are `unknown`. */
  readonly knownSince: Instant;
}

/** How often what is over is deleted. */
const sweepMs = 5_000;

/**
 * Remembers uses in a file that this process alone has open, or in memory. A file outlives the end of the process; when
 * the machine ended without warning, and in memory, tokens from before the start are `unknown`. Throws
 * `MAYFLY_REPLAY_UNAVAILABLE`.
 */
export function openSqliteReplay(
  { clock, bootId }: SqliteReplayDeps,
  { path }: { readonly path: string | null },
): SqliteReplay {
  function now(): Instant {
    return clock.now();
  }
  return guard(() => {
    const database = new DatabaseSync(path ?? ':memory:');
    const knowledge = openKnowledge(database, { bootId, now: now() });
    const { knownSince } = knowledge;
    const store = createStore(prepareStatements(database), {
      now,
      knownSince,
      close(): void {
        knowledge.settle();
        database.close();
      },
    });
    return { ...store, knownSince };
  });
}

interface Statements {
  readonly find: StatementSync;
  readonly count: StatementSync;
  readonly insert: StatementSync;
  readonly claim: StatementSync;
  readonly unclaim: StatementSync;
  readonly drop: StatementSync;
  readonly sweep: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  const one = 'key = ? AND request = ? AND at = ?';
  return {
    find: database.prepare(
      'SELECT at FROM uses WHERE key = ? AND request = ? ORDER BY at DESC LIMIT 1',
    ),
    count: database.prepare('SELECT count(*) AS uses FROM uses WHERE key = ?'),
    insert: database.prepare('INSERT INTO uses VALUES (?, ?, ?, ?, 1)'),
    claim: database.prepare(`UPDATE uses SET claims = claims + 1 WHERE ${one}`),
    unclaim: database.prepare(`UPDATE uses SET claims = claims - 1 WHERE ${one}`),
    drop: database.prepare(`DELETE FROM uses WHERE ${one} AND claims <= 0`),
    sweep: database.prepare('DELETE FROM uses WHERE until < ?'),
  };
}

interface Store {
  readonly now: () => Instant;
  readonly knownSince: Instant;
  readonly close: () => void;
}

function createStore(statements: Statements, { now, knownSince, close }: Store): ReplayStore {
  let sweptAt = now();

  function sweep(): void {
    if (now() - sweptAt < sweepMs) return;
    sweptAt = now();
    statements.sweep.run(sweptAt);
  }

  return {
    async take(use) {
      return await Promise.resolve(
        guard(() => {
          if (use.issuedAt < knownSince) return 'unknown';
          sweep();
          return takeUse(statements, use, now());
        }),
      );
    },
    async release(use) {
      await Promise.resolve(guard(() => releaseUse(statements, use)));
    },
    async close() {
      await Promise.resolve(guard(close));
    },
  };
}

function takeUse(statements: Statements, use: TokenUse, now: Instant): UseVerdict {
  const [key, request] = [shorten(use.key), shorten(use.request)];
  const at = readNumber(statements.find.get(key, request), 'at');
  if (at !== null && now - at < retryMs) {
    statements.claim.run(key, request, at);
    return 'again';
  }
  const uses = readNumber(statements.count.get(key), 'uses') ?? 0;
  if (uses >= use.limit) return 'spent';
  statements.insert.run(key, request, now, use.until);
  return 'first';
}

/** A use that several retries share is given back when nothing left for any of them. */
function releaseUse(statements: Statements, use: TokenUse): void {
  const [key, request] = [shorten(use.key), shorten(use.request)];
  const at = readNumber(statements.find.get(key, request), 'at');
  if (at === null) return;
  statements.unclaim.run(key, request, at);
  statements.drop.run(key, request, at);
}

/** 128 bits: a live token costs some 60 bytes. */
function shorten(text: string): Uint8Array {
  return hash('sha256', text, 'buffer').subarray(0, 16);
}

function readNumber(
  row: Readonly<Record<string, unknown>> | undefined,
  name: string,
): number | null {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
}

function guard<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (isMayflyError(cause)) throw cause;
    throw createError('MAYFLY_REPLAY_UNAVAILABLE', { reason: readReason(cause) }, { cause });
  }
}

/** SQLite's own words for its result code, such as `database is locked`; they hold nothing of ours. */
function readReason(error: unknown): string {
  const words = readField(error, 'errstr');
  return typeof words === 'string' ? words : readErrno(error);
}
