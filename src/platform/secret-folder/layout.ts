import { readlinkSync, type BigIntStats } from 'node:fs';
import type { FileOwner } from '#platform/files/write-file-atomically.ts';
import type { HeldDirectory } from '#platform/folders/held-directory.ts';
import { readPlainFile } from '#platform/folders/read-plain-file.ts';

/** Names inside a secret's folder; those of the kubelet where it has one. No key begins with `..`. */
export const layout = {
  /** The link that is swapped: everything behind it changes at one instant. */
  current: '..data',
  nextLink: '..data_tmp',
  keyLink: '..key_tmp',
  /** Holds the uid of the secret: the folder is Mayfly's. */
  marker: '..mayfly',
  nextMarker: '..mayfly_tmp',
} as const;

const versionName = /^\.\.v-[0-9a-f-]{36}$/u;
const stagingName = /^\.\.mayfly-[0-9a-f-]{36}$/u;
const markerBytes = 100;

/** Who may do what with a secret's folder and the files in it. */
export interface FolderAccess {
  readonly fileMode: number;
  readonly fileOwner: FileOwner;
  /** Folders stay Mayfly's own, so that nobody else can put something into them. */
  readonly folderMode: number;
  readonly folderOwner: FileOwner;
}

/** What makes a folder ours: the uid in its marker, or the name of its version, which nobody can guess. */
export interface FolderClaim {
  readonly uid: string;
  readonly version: string;
}

/** The folder of one version of the content. */
export function versionOf(uuid: string): string {
  return `..v-${uuid}`;
}

/** Beside the secrets' folders: one that is being made or removed. */
export function stagingOf(uid: string): string {
  return `..mayfly-${uid}`;
}

export function isStaging(name: string): boolean {
  return stagingName.test(name);
}

/** Where the links of the keys lead. */
export function keyTarget(key: string): string {
  return `${layout.current}/${key}`;
}

/** The version that `..data` leads to; null when it leads elsewhere or is no link. */
export async function readCurrent(folder: HeldDirectory): Promise<string | null> {
  const target = await readLink(folder, layout.current);
  return target !== null && versionName.test(target) ? target : null;
}

/** Null when the entry is missing or is not a link. */
export async function readLink(folder: HeldDirectory, name: string): Promise<string | null> {
  const stats = await folder.stat(name);
  return stats?.isSymbolicLink() === true ? readlinkSync(folder.path(name)) : null;
}

/** What is in the place of a secret: nothing, something foreign, or its folder, kept open. */
export type FoundFolder =
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ours'; readonly folder: HeldDirectory };

/** Finds a secret's folder. It is ours by its marker or, should somebody have removed that, by its version. */
export async function findFolder(
  directory: HeldDirectory,
  name: string,
  claim: FolderClaim | null,
): Promise<FoundFolder> {
  const stats = await directory.stat(name);
  if (stats === null) return { kind: 'none' };
  if (claim === null || !stats.isDirectory()) return { kind: 'foreign' };
  const folder = await directory.enter(name);
  if (folder === null) return { kind: 'none' };
  if (await isOurs(folder, claim).catch(() => false)) return { kind: 'ours', folder };
  await folder[Symbol.asyncDispose]();
  return { kind: 'foreign' };
}

async function isOurs(folder: HeldDirectory, claim: FolderClaim): Promise<boolean> {
  if ((await readCurrent(folder)) === claim.version) return true;
  const marker = await readPlainFile(folder, layout.marker, markerBytes);
  return marker !== null && Buffer.from(marker.bytes).toString('utf8') === claim.uid;
}

/** Whether a file or folder still has the mode and the owner that it was given. */
export function hasAccess(stats: BigIntStats, access: FolderAccess): boolean {
  const isFolder = stats.isDirectory();
  const mode = isFolder ? access.folderMode : access.fileMode;
  const owner = isFolder ? access.folderOwner : access.fileOwner;
  return (
    (stats.mode & 0o7777n) === BigInt(mode) &&
    stats.uid === BigInt(owner.uid) &&
    stats.gid === BigInt(owner.gid)
  );
}
