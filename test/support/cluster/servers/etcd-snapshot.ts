import { randomUUID } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A copy of the database, in the folder of its cluster. */
export interface EtcdSnapshot {
  readonly path: string;
}

/** Where etcd keeps its data in the folder of a cluster. */
export function etcdFolderOf(folder: string): string {
  return join(folder, 'etcd');
}

/** Copies the data; etcd must not be running. */
export async function copyEtcd(folder: string): Promise<EtcdSnapshot> {
  const path = join(folder, `snapshot-${randomUUID()}`);
  await cp(etcdFolderOf(folder), path, { recursive: true });
  return { path };
}

/** Replaces the data by those of a snapshot; etcd must not be running. */
export async function putBackEtcd(folder: string, snapshot: EtcdSnapshot): Promise<void> {
  await rm(etcdFolderOf(folder), { recursive: true, force: true });
  await cp(snapshot.path, etcdFolderOf(folder), { recursive: true });
}
