import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followTlsFiles, readTlsPair, type TlsPair } from '#platform/http/tls-files.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { until } from '#test/support/until.ts';

describe('certificate files', () => {
  let folder: string;
  let paths: { certFile: string; keyFile: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayfly-tls-'));
    paths = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  });

  afterEach(async () => await rm(folder, { recursive: true }));

  async function write(cert: string, key: string): Promise<void> {
    await writeFile(paths.certFile, cert);
    await writeFile(paths.keyFile, key);
  }

  it('are read as a pair that fits together', async () => {
    const { certPem, keyPem } = await createTestCertificates(['localhost']);
    await write(certPem, keyPem);
    const pair = await readTlsPair(paths);
    expect(pair.cert.toString()).toBe(certPem);
    const days = (pair.notAfter - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
  });

  it('are checked once for as long as they stay the same', async () => {
    const { certPem, keyPem } = await createTestCertificates(['localhost']);
    await write(certPem, keyPem);
    const known = await readTlsPair(paths);
    expect(await readTlsPair(paths, known)).toBe(known);
    await write(`${certPem}\n`, keyPem);
    expect(await readTlsPair(paths, known)).not.toBe(known);
  });

  it('are refused when the key is that of another certificate, or no PEM', async () => {
    const [first, second] = await Promise.all([
      createTestCertificates(['localhost']),
      createTestCertificates(['localhost']),
    ]);
    await write(first.certPem, second.keyPem);
    await expectCode(readTlsPair(paths), 'MAYFLY_HTTP_CERTIFICATE');
    await write('hunter2', first.keyPem);
    await expectCode(readTlsPair(paths), 'MAYFLY_HTTP_CERTIFICATE');
    await rm(paths.keyFile);
    await expectCode(readTlsPair(paths), 'MAYFLY_FILE_MISSING');
  });

  it('are followed: each new pair is told once, and a fault once for as long as it lasts', async () => {
    const clock = createFakeClock();
    const ending = new AbortController();
    const pairs: TlsPair[] = [];
    const faults: unknown[] = [];
    const follower = {
      clock,
      onChange: (pair: TlsPair) => void pairs.push(pair),
      onFault: (error: unknown) => void faults.push(error),
    };
    const running = followTlsFiles(paths, follower, ending.signal);
    async function look(): Promise<void> {
      await until(async () => clock.pending === 1);
      await clock.advance(2000);
      await until(async () => clock.pending === 1);
    }
    await look();
    await look();
    expect([pairs.length, faults.length]).toEqual([0, 1]);
    const first = await createTestCertificates(['localhost']);
    await write(first.certPem, first.keyPem);
    await look();
    await look();
    expect([pairs.length, faults.length]).toEqual([1, 1]);
    const second = await createTestCertificates(['localhost']);
    await writeFile(paths.certFile, second.certPem);
    await look();
    expect([pairs.length, faults.length]).toEqual([1, 2]);
    await writeFile(paths.keyFile, second.keyPem);
    await look();
    expect(pairs.map(({ cert }) => cert.toString())).toEqual([first.certPem, second.certPem]);
    ending.abort();
    await running;
  });
});
