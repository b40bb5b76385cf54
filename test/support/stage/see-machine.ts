import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretLease } from '#core/ports/secret-sink.ts';
import { stageNamespace, type Stage } from './create-stage.ts';
import { askStatus } from './start-mayfly.ts';

/** A secret as a reader of the directory finds it, and the lease that the state folder has for it. */
export interface SeenSecret {
  readonly values: Readonly<Record<string, string>>;
  /** Every entry of the folder with its kind and mode; the version's random name is told as `version`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly uid: string;
  readonly lease: SecretLease;
}

interface SecretRecord {
  readonly uid: string;
  readonly lease: SecretLease;
}

/** Every secret of the sink; a folder without a record, or the reverse, is told by its missing half. */
export async function seeSecrets(
  stage: Stage,
): Promise<Readonly<Record<string, Partial<SeenSecret>>>> {
  const seen: Record<string, Partial<SeenSecret>> = {};
  const records = join(stage.state, 'sinks', stageNamespace);
  for (const name of await names(stage.secrets)) {
    seen[name] = await seeFolder(join(stage.secrets, name));
  }
  const written = (await names(records)).filter((name) => !name.startsWith('.mayfly-tmp-'));
  for (const name of written) {
    const { uid, lease } = JSON.parse(await read(join(records, name), '{}')) as SecretRecord;
    seen[name] = { ...seen[name], uid, lease };
  }
  return seen;
}

async function seeFolder(folder: string): Promise<Partial<SeenSecret>> {
  const version = await readlink(join(folder, '..data')).catch(() => '');
  const entries: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    const kind = await seeKind(join(folder, path));
    const shown = version === '' ? path : path.replace(version, 'version');
    entries[shown] = kind;
    if (!path.startsWith('..') && kind === 'link') values[path] = await read(join(folder, path));
  }
  return { values, entries: sorted(entries) };
}

async function seeKind(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return 'vanished';
  return stats.isSymbolicLink() ? 'link' : stats.mode.toString(8);
}

/**
 * What `mayfly status` tells, without instants and words. An EphemeralSecret tells the revision of the last write of
 * its status, which a pass without a change does not move: that is left out.
 */
export async function seeStatus(stage: Stage): Promise<unknown> {
  const answer = await askStatus(stage);
  const rows = answer?.objects.map((row) => ({
    about: `${row.kind}/${row.name}`,
    ready: row.ready,
    reason: row.reason,
    revision: row.kind === 'GitSource' ? row.revision : undefined,
    secrets: row.secrets,
    failures: row.failures.map(({ path, code }) => `${path} ${code}`),
  }));
  return { rows, faults: answer?.faults.map(({ path, code }) => `${path} ${code}`) };
}

const leftover = /\.mayfly-tmp-|\/tmp_|\.lock$|\/hooks\/.*\/|\/mayfly-git-/u;

/** What an interrupted program might leave: half-written files, hooks not run, git's own temporary files and locks. */
export async function seeLeftovers(stage: Stage): Promise<readonly string[]> {
  // A folder that vanishes meanwhile says that the program is still at work.
  const found = await readdir(stage.state, { recursive: true }).catch(() => [
    '.lock',
    'vanished/.lock',
  ]);
  const state = found.map((path) => `/${path}`);
  const hidden = (await names(stage.secrets)).filter((name) => name.startsWith('.'));
  // The lock on the state folder itself is always there.
  const left = state.filter((path) => leftover.test(path) && path !== '/.lock');
  return [...left, ...hidden];
}

async function names(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder).catch(() => []);
  return found.toSorted((left, right) => (left < right ? -1 : 1));
}

async function read(path: string, otherwise = ''): Promise<string> {
  return await readFile(path, 'utf8').catch(() => otherwise);
}

function sorted(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}
