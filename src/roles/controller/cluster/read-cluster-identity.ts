import { renderSecretTarget } from '#core/api/kube-resources.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Random } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readField } from '#core/text/read-field.ts';
import { decodeBase64 } from '#platform/crypto/decode-base64.ts';

/** What the digests of this cluster are made with. */
export interface ClusterIdentity {
  readonly id: string;
  readonly digestKey: SecretBytes;
}

export interface IdentityDeps {
  readonly api: KubeApi;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export interface IdentityPlace {
  /** Mayfly's own. */
  readonly namespace: string;
  /** The id by the configuration; that of the Secret counts when it is absent. */
  readonly id?: string | undefined;
}

const name = 'mayfly-cluster';
const keyBytes = 32;
const idPattern = /^[-._a-zA-Z0-9]{1,63}$/u;

/**
 * Reads the id and the digest key of this cluster from the Secret `mayfly-cluster`, which is made at the first start:
 * of two processes that make it at once the one that comes second reads. Throws `MAYFLY_CLUSTER_IDENTITY` when it is
 * damaged: a new key would make every Secret look changed.
 */
export async function readClusterIdentity(
  deps: IdentityDeps,
  { namespace, id }: IdentityPlace,
): Promise<ClusterIdentity> {
  const target = renderSecretTarget({ namespace, name });
  const { api, signal } = deps;
  const found = (await api.get(target, { signal })) ?? (await makeIdentity(deps, target));
  const identity = parseIdentity(found);
  if (identity === null) throw createError('MAYFLY_CLUSTER_IDENTITY', { namespace, name });
  return { ...identity, id: id ?? identity.id };
}

async function makeIdentity(
  { api, random, signal }: IdentityDeps,
  target: KubeName,
): Promise<KubeObject | null> {
  const digestKey = Buffer.from(random.bytes(keyBytes));
  const body = {
    type: 'Opaque',
    immutable: true,
    data: {
      id: Buffer.from(random.uuid()).toString('base64'),
      'digest-key': digestKey.toString('base64'),
    },
  };
  digestKey.fill(0);
  try {
    return await api.create(target, body, { signal });
  } catch (error) {
    if (!isMayflyError(error) || error.code !== 'MAYFLY_KUBE_EXISTS') throw error;
    return await api.get(target, { signal });
  }
}

function parseIdentity(secret: KubeObject | null): ClusterIdentity | null {
  const idBytes = readBytes(secret, 'id');
  const key = readBytes(secret, 'digest-key');
  if (idBytes === null || key?.length !== keyBytes) return null;
  const id = Buffer.from(idBytes).toString();
  return idPattern.test(id) ? { id, digestKey: SecretBytes.take(key) } : null;
}

function readBytes(secret: KubeObject | null, key: string): Uint8Array | null {
  const text = readField(secret, 'data', key);
  return typeof text === 'string' ? decodeBase64(text) : null;
}
