import { join } from 'node:path';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Random } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import { readOwnFileBounded } from '#platform/files/read-file-bounded.ts';
import { removeLeftovers, writeFileAtomically } from '#platform/files/write-file-atomically.ts';

/** What the digests of this machine are made with. */
export interface ClusterIdentity {
  readonly id: string;
  readonly digestKey: SecretBytes;
}

export interface IdentityTools {
  readonly random: Random;
  readonly onStep?: Steps | undefined;
}

const keyBytes = 32;
const idPattern = /^[-._a-zA-Z0-9]{1,63}$/u;

/**
 * Reads the id and the digest key of this machine from the state folder; both are made at the first start, and what
 * a killed start left of them is removed. Throws `MAYFLY_STATE_RECORD` when one of them is damaged: a new key would
 * make every secret look changed.
 */
export async function readClusterIdentity(
  stateFolder: string,
  configuredId: string | undefined,
  { random, onStep = noSteps }: IdentityTools,
): Promise<ClusterIdentity> {
  await removeLeftovers(stateFolder);
  const keyFile = join(stateFolder, 'digest-key');
  const key = await readOrMake({ path: keyFile, onStep }, () => random.bytes(keyBytes));
  if (key.length !== keyBytes) throw createError('MAYFLY_STATE_RECORD', { path: keyFile });
  const digestKey = SecretBytes.take(key);
  if (configuredId !== undefined) return { id: configuredId, digestKey };
  const idFile = join(stateFolder, 'cluster-id');
  const id = Buffer.from(
    await readOrMake({ path: idFile, onStep }, () => Buffer.from(random.uuid())),
  ).toString();
  if (!idPattern.test(id)) throw createError('MAYFLY_STATE_RECORD', { path: idFile });
  return { id, digestKey };
}

async function readOrMake(
  { path, onStep }: { readonly path: string; readonly onStep: Steps },
  make: () => Uint8Array,
): Promise<Uint8Array> {
  try {
    return await readOwnFileBounded(path, 1024);
  } catch (error) {
    if (!isMayflyError(error) || error.code !== 'MAYFLY_FILE_MISSING') throw error;
    const bytes = make();
    await writeFileAtomically(path, bytes, { mode: 0o400, onStep });
    return bytes;
  }
}
