import { createRedisDouble } from './create-redis-double.ts';
import { furnishVault } from './furnish-vault.ts';
import { createTokenMaker } from './make-tokens.ts';
import { startVault } from './start-vault.ts';
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

export async function openRealVault(program: string): Promise<OpenVault> {
  const tokens = createTokenMaker();
  const [vault, redis] = await Promise.all([startVault(program), createRedisDouble()]);
  const { root } = vault;
  const close = async (): Promise<void> => {
    await vault.stop();
    await redis.close();
  };
  try {
    await furnishVault({ root, publicKeyPem: tokens.publicKeyPem, redisPort: redis.port });
  } catch (error) {
    await close();
    throw error;
  }
  return { ...vault, tokens, close };
}
