import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { scheduler } from 'node:timers/promises';
import type { HeldDirectory } from '#platform/folders/held-directory.ts';
import { readCurrent } from './layout.ts';

/**
 * A digest that changes whenever anybody changes something in the folder of a secret: no content is read. Empty when
 * there is no such folder.
 */
export async function readFingerprint(directory: HeldDirectory, name: string): Promise<string> {
  // Thousands are looked at in a row.
  await scheduler.yield();
  const stats = await directory.stat(name);
  if (stats === null || !stats.isDirectory()) return '';
  await using folder = await directory.enter(name);
  if (folder === null) return '';
  const current = await readCurrent(folder);
  await using version = current === null ? null : await folder.enter(current);
  // Of the folder itself no time: moving it to its place sets that, and what else does shows in its entries.
  const parts = [describeAccess('.', stats), ...(await describeEntries(folder))];
  if (version !== null) parts.push(...(await describeEntries(version)));
  // One is kept for every secret: of forty names they would be what takes the most memory.
  return hash('sha256', parts.join('\n'), 'base64');
}

async function describeEntries(folder: HeldDirectory): Promise<string[]> {
  const parts: string[] = [];
  for (const name of await folder.names()) {
    const stats = await folder.stat(name);
    if (stats !== null) parts.push(describe(name, stats));
  }
  return parts;
}

/** The time of the last change of an inode cannot be set back by anybody. */
function describe(name: string, stats: BigIntStats): string {
  return `${describeAccess(name, stats)}:${stats.ctimeNs}`;
}

function describeAccess(name: string, { ino, mode, uid, gid }: BigIntStats): string {
  return [name, ino, mode, uid, gid].join(':');
}
