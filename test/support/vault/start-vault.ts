/**
 * A real Vault for tests and demos: its storage is in memory, it speaks TLS with a CA of its own, and it is gone soon
 * after this process is. Free of the test runner; the program comes from `requirePart('vault')`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { createVaultClient, textAt, type VaultClient, type VaultPlace } from './vault-client.ts';

export interface RunningVault extends VaultPlace {
  readonly pid: number;
  readonly port: number;
  /** The serving certificate names 127.0.0.1, localhost and vault.test; for a proxy in front of the server. */
  readonly serving: { readonly certPem: string; readonly keyPem: string };
  readonly rootToken: string;
  readonly root: VaultClient;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  stop(): Promise<void>;
}

const startWithinMs = 30_000;

/** `address` is where it listens, for clients that are not on the loopback of this machine. */
export async function startVault(program: string, address = '127.0.0.1'): Promise<RunningVault> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-vault-'));
  const certificates = await createTestCertificates([address, 'localhost', 'vault.test']);
  const [port = 0, clusterPort = 0] = await findFreePorts(2);
  const url = `https://${address}:${port}`;
  const place = { url, caPem: certificates.caPem };
  await writeFile(join(folder, 'tls.crt'), certificates.certPem);
  await writeFile(join(folder, 'tls.key'), certificates.keyPem, { mode: 0o600 });
  await writeFile(
    join(folder, 'vault.json'),
    renderConfiguration(folder, `${address}:${port}`, clusterPort),
  );
  const child = spawn(program, ['server', `-config=${join(folder, 'vault.json')}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  async function stop(): Promise<void> {
    process.off('exit', kill);
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const { key, rootToken } = await initialise(place, () => child.exitCode === null);
    const root = createVaultClient(place, rootToken);
    const unseal = async (): Promise<void> => {
      await root.call('PUT', 'sys/unseal', { key });
      await untilActive(place);
    };
    await unseal();
    const { certPem, keyPem } = certificates;
    const serving = { certPem, keyPem };
    const seal = async (): Promise<void> => void (await root.call('PUT', 'sys/seal'));
    return { ...place, pid: child.pid ?? -1, port, serving, rootToken, root, seal, unseal, stop };
  } catch (error) {
    await stop();
    throw new Error(`Vault did not start: ${said}`, { cause: error });
  }
}

function renderConfiguration(folder: string, address: string, clusterPort: number): string {
  return JSON.stringify({
    storage: { inmem: {} },
    disable_mlock: true,
    api_addr: `https://${address}`,
    listener: {
      tcp: {
        address,
        cluster_address: `127.0.0.1:${clusterPort}`,
        tls_cert_file: join(folder, 'tls.crt'),
        tls_key_file: join(folder, 'tls.key'),
      },
    },
  });
}

async function initialise(
  place: VaultPlace,
  isAlive: () => boolean,
): Promise<{ readonly key: string; readonly rootToken: string }> {
  const anybody = createVaultClient(place, '');
  const deadline = performance.now() + startWithinMs;
  for (;;) {
    try {
      const made = await anybody.call('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
      return { key: textAt(made, 'keys', '0'), rootToken: textAt(made, 'root_token') };
    } catch (error) {
      if (!isAlive() || performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function untilActive(place: VaultPlace): Promise<void> {
  const anybody = createVaultClient(place, '');
  const deadline = performance.now() + startWithinMs;
  for (;;) {
    try {
      await anybody.call('GET', 'sys/health');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
