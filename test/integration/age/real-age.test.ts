import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createAgeUnwrapper, createAgeWrapper } from '#adapters/age/index.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wrappedFor } from '#test/support/age/vectors.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const run = promisify(execFile);
const dataKey = 'a data key of exactly 32 bytes !';

interface KeyPair {
  readonly identityFile: string;
  readonly recipient: string;
}

async function sshKey(folder: string, type: string): Promise<KeyPair> {
  const identityFile = join(folder, `id_${type}`);
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', identityFile]);
  return { identityFile, recipient: (await readFile(`${identityFile}.pub`, 'utf8')).trim() };
}

await describeWithParts(['age', 'age-keygen'], 'age and the real program', (paths) => {
  let folder: Awaited<ReturnType<typeof createTempFolder>>;

  beforeAll(async () => {
    folder = await createTempFolder();
  });
  afterAll(() => folder.remove());

  async function nativeKey(...flags: string[]): Promise<KeyPair> {
    const identityFile = join(folder.path, `native${flags.join('')}.txt`);
    await run(paths['age-keygen'], [...flags, '-o', identityFile]);
    const { stdout } = await run(paths['age-keygen'], ['-y', identityFile]);
    return { identityFile, recipient: stdout.trim() };
  }

  it.each([
    { kind: 'an X25519 key', make: () => nativeKey() },
    { kind: 'a post-quantum key', make: () => nativeKey('-pq') },
    { kind: 'an ssh ed25519 key', make: () => sshKey(folder.path, 'ed25519') },
    { kind: 'an ssh rsa key', make: () => sshKey(folder.path, 'rsa') },
  ])('agree both ways about $kind', async ({ make }) => {
    const { identityFile, recipient } = await make();
    const ours = join(folder.path, 'ours.age');
    const secret = SecretBytes.take(Buffer.from(dataKey));
    await writeFile(ours, await createAgeWrapper().wrap(secret, recipient));
    const theirs = await run(paths.age, ['-d', '-i', identityFile, ours]);
    expect(theirs.stdout).toBe(dataKey);

    const plain = join(folder.path, 'plain');
    await writeFile(plain, dataKey);
    const { stdout: wrapped } = await run(paths.age, ['-a', '-r', recipient, plain]);
    const bytes = SecretBytes.take(await readFile(identityFile));
    const keys = [{ name: identityFile, bytes }];
    const { signal } = new AbortController();
    const opened = await createAgeUnwrapper().unwrap(wrappedFor(wrapped), keys, signal);
    expect(Buffer.from(opened?.expose() ?? []).toString()).toBe(dataKey);
  });
});
