import { createRedisDouble } from './create-redis-double.ts';
import { furnishVault } from './furnish-vault.ts';
import { createTokenMaker } from './make-tokens.ts';
import { startVault, type RunningVault } from './start-vault.ts';
import { createVaultClient, type VaultPlace } from './vault-client.ts';
import type { FurnishedVault } from './vault-under-test.ts';

/** A furnished Vault that can be sealed and ended. */
export interface OpenVault extends FurnishedVault {
  readonly pid: number;
  readonly port: number;
  readonly serving: { readonly certPem: string; readonly keyPem: string };
  seal(): Promise<void>;
  unseal(): Promise<void>;
  close(): Promise<void>;
}

/** The program may be Vault or OpenBao. Of a namespace, `team/a`, the furniture is in there and nowhere else. */
export async function openRealVault(program: string, storeNamespace = ''): Promise<OpenVault> {
  const tokens = createTokenMaker();
  const [vault, redis] = await Promise.all([startVault(program), createRedisDouble()]);
  const close = async (): Promise<void> => {
    await vault.stop();
    await redis.close();
  };
  try {
    const place = await openNamespace(vault, storeNamespace);
    const root = createVaultClient(place, vault.rootToken);
    await furnishVault({ root, publicKeyPem: tokens.publicKeyPem, redisPort: redis.port });
    return { ...vault, ...place, root, tokens, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openNamespace(vault: RunningVault, storeNamespace: string): Promise<VaultPlace> {
  const { url, caPem, rootToken } = vault;
  const names = storeNamespace.split('/').filter((name) => name !== '');
  let place: VaultPlace = { url, caPem };
  for (const [index, name] of names.entries()) {
    await createVaultClient(place, rootToken).call('POST', `sys/namespaces/${name}`, {});
    place = { url, caPem, storeNamespace: names.slice(0, index + 1).join('/') };
  }
  return place;
}
