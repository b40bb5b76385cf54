import { resolve } from 'node:path';
import { isNamespaceName } from '#core/api/names.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';
import type { FileOwner } from '#platform/files/write-file-atomically.ts';
import { readAccount } from '#platform/files/read-account.ts';
import { openDirectory, type HeldDirectory } from '#platform/folders/held-directory.ts';
import type { FolderAccess } from '#platform/secret-folder/layout.ts';

/** Where the secrets of one namespace go, as the administrator configures it. */
export interface SinkEntry {
  readonly namespace: string;
  readonly directory: string;
  /** Who owns the files: a name of this machine or a number. Default: the user Mayfly runs as. */
  readonly owner?: string | number;
  readonly group?: string | number;
  /** Permission bits of the files. Default 0400. */
  readonly mode?: number;
  /** Also write to a directory that is not in memory. Default false. */
  readonly allowDisk?: boolean;
}

/** A {@link SinkEntry} with everything looked up. */
export interface SinkTarget {
  readonly namespace: string;
  readonly directory: string;
  readonly allowDisk: boolean;
  readonly access: FolderAccess;
}

/** Looks the entries up; throws `MAYFLY_SINK_DUPLICATE`, `MAYFLY_SINK_ACCOUNT` and `MAYFLY_SINK_NAME`. */
export async function readTargets(
  entries: readonly SinkEntry[],
): Promise<ReadonlyMap<string, SinkTarget>> {
  const targets = new Map<string, SinkTarget>();
  const directories = new Set<string>();
  for (const entry of entries) {
    const target = await readTarget(entry);
    const twice = targets.has(target.namespace) ? `the namespace ${target.namespace}` : null;
    const shared = directories.has(target.directory) ? `the directory ${target.directory}` : null;
    const what = twice ?? shared;
    if (what !== null) throw createError('MAYFLY_SINK_DUPLICATE', { what });
    targets.set(target.namespace, target);
    directories.add(target.directory);
  }
  return targets;
}

async function readTarget(entry: SinkEntry): Promise<SinkTarget> {
  const { namespace } = entry;
  if (!isNamespaceName(namespace)) throw createError('MAYFLY_SINK_NAME', { namespace, name: '*' });
  const own = readOwnIds();
  const uid = await lookUp(entry, 'owner', entry.owner ?? own.uid);
  const gid = await lookUp(entry, 'group', entry.group ?? own.gid);
  const fileMode = entry.mode ?? 0o400;
  return {
    namespace,
    directory: resolve(entry.directory),
    allowDisk: entry.allowDisk ?? false,
    access: {
      fileMode,
      fileOwner: { uid, gid },
      folderMode: folderModeOf(fileMode, uid !== own.uid),
      folderOwner: { uid: own.uid, gid },
    },
  };
}

function readOwnIds(): FileOwner {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

async function lookUp(
  entry: SinkEntry,
  what: 'owner' | 'group',
  account: string | number,
): Promise<number> {
  const id = await readAccount(what === 'owner' ? '/etc/passwd' : '/etc/group', account);
  if (id !== null) return id;
  const { namespace } = entry;
  throw createError('MAYFLY_SINK_ACCOUNT', { what, name: String(account), namespace });
}

/** Who may read a file must reach it; an owner that is not Mayfly reaches it as one of all others. */
function folderModeOf(fileMode: number, ownerIsOther: boolean): number {
  const group = (fileMode & 0o040) === 0 ? 0 : 0o050;
  const others = (fileMode & 0o004) === 0 && !ownerIsOther ? 0 : 0o055;
  return 0o700 | group | others;
}

/**
 * Opens the directory of a target for reading. Throws `MAYFLY_SINK_DIRECTORY_MISSING` and, when somebody else could
 * put things in its place, `MAYFLY_SINK_DIRECTORY_UNSAFE`.
 */
export async function openTarget(target: SinkTarget): Promise<HeldDirectory> {
  const { directory, namespace } = target;
  const held = await openDirectory(directory);
  if (held === null) throw createError('MAYFLY_SINK_DIRECTORY_MISSING', { directory, namespace });
  const { mode, uid } = await held.statSelf();
  const sticky = (mode & 0o1000n) !== 0n;
  const ours = uid === 0n || uid === BigInt(target.access.folderOwner.uid);
  if (ours && (sticky || (mode & 0o022n) === 0n)) return held;
  await held[Symbol.asyncDispose]();
  throw createError('MAYFLY_SINK_DIRECTORY_UNSAFE', { directory });
}

/** Throws `MAYFLY_SINK_ON_DISK` when plaintext would reach a disk that the target does not allow. */
export async function refuseDisk(target: SinkTarget): Promise<void> {
  if (target.allowDisk || (await isMemoryBacked(target.directory))) return;
  throw createError('MAYFLY_SINK_ON_DISK', { directory: target.directory });
}
