import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#core/ports/time.ts';

/** How much of the past a file knows. */
export interface Knowledge {
  /** Nothing is missing from it since then. */
  readonly knownSince: Instant;
  /** Says that everything is on disk, also for another start of the machine. */
  settle(): void;
}

/** In pages of 4 KiB: the journal is to be small beside what it is the journal of. */
const journalPages = 500;

const schema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = ${journalPages};
  CREATE TABLE IF NOT EXISTS uses (
    key BLOB NOT NULL, request BLOB NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, claims INTEGER NOT NULL,
    PRIMARY KEY (key, request, at)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS knowledge (boot TEXT NOT NULL, since INTEGER NOT NULL, settled INTEGER NOT NULL);
`;

interface Start {
  readonly bootId: string;
  readonly now: Instant;
}

/**
 * Makes the tables, and decides what can have been lost: writes reach the kernel at once, so the end of a process loses
 * nothing; only the end of the machine may, unless the file was settled before.
 */
export function openKnowledge(database: DatabaseSync, { bootId, now }: Start): Knowledge {
  database.exec(schema);
  const row = database.prepare('SELECT boot, since, settled FROM knowledge').get();
  const isWhole = row !== undefined && (row['settled'] === 1 || row['boot'] === bootId);
  const before = isWhole && typeof row['since'] === 'number' ? row['since'] : now;
  database.exec('BEGIN; DELETE FROM knowledge');
  database.prepare('INSERT INTO knowledge VALUES (?, ?, 0)').run(bootId, before);
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  return {
    knownSince: before,
    settle: () =>
      database.exec('UPDATE knowledge SET settled = 1; PRAGMA wal_checkpoint(TRUNCATE)'),
  };
}
