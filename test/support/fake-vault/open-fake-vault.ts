import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { furnishVault } from '#test/support/vault/furnish-vault.ts';
import { createTokenMaker } from '#test/support/vault/make-tokens.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { createVaultClient } from '#test/support/vault/vault-client.ts';
import type { FakeVaultStarted } from './main.ts';

/** A stand-in for Vault in a program of its own, furnished like the real one. Nothing has to be built for it. */
export async function openFakeVault(): Promise<OpenVault> {
  const child = fork(join(import.meta.dirname, 'main.ts'), { stdio: 'ignore', execArgv: [] });
  const [started] = (await once(child, 'message')) as [FakeVaultStarted];
  const { port, caPem, serving, rootToken } = started;
  const place = { url: `https://127.0.0.1:${port}`, caPem };
  const root = createVaultClient(place, rootToken);
  const tokens = createTokenMaker();
  await furnishVault({ root, publicKeyPem: tokens.publicKeyPem, redisPort: 1 });
  return {
    ...place,
    pid: child.pid ?? -1,
    port,
    serving,
    root,
    tokens,
    seal: async () => void (await root.call('PUT', 'sys/seal')),
    unseal: async () => void (await root.call('PUT', 'sys/unseal', { key: 'any' })),
    close: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
