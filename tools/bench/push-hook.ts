import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import type { PushHookPlace } from './sync/running-mayfly.ts';

/** What a host of the benchmarks proves itself with. */
export const pushHookToken = 'token-of-the-benchmark';

export interface HookedSource {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Writes the certificate and the key of the server for push hooks, `hook-cert.pem` and `hook-key.pem`, to a folder. */
export async function preparePushHook(
  folder: string,
  { namespace, name, port }: HookedSource,
): Promise<PushHookPlace> {
  const { caPem, certPem, keyPem } = await createTestCertificates(['localhost']);
  await writeFile(join(folder, 'hook-cert.pem'), certPem);
  await writeFile(join(folder, 'hook-key.pem'), keyPem, { mode: 0o400 });
  const url = `https://localhost:${port}/hooks/${namespace}/${name}`;
  return { url, caPem, token: pushHookToken };
}
