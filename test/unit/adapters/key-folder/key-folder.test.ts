import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '#test/support/expect-code.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import { createKeyFolder } from '#adapters/key-folder/key-folder.ts';
import { isExposed } from '#adapters/key-folder/exposed.ts';

let root: string;
let reader: KeyReader;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mayfly-keys-'));
  reader = createKeyFolder({ secretsDir: root });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function writeKey(path: string, mode = 0o400): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), `content of ${path}`);
  await chmod(join(root, path), mode);
}

function textOf(bytes: { expose(): Uint8Array } | null | undefined): string | null {
  return bytes ? Buffer.from(bytes.expose()).toString() : null;
}

describe('the key folder', () => {
  it('reads the key of a namespace', async () => {
    await writeKey('prod/age/key.txt');
    expect(textOf(await reader.readKey('prod', 'age', 'key.txt'))).toBe(
      'content of prod/age/key.txt',
    );
  });

  it('reads a key as systemd lays out its credentials', async () => {
    await writeKey('prod_age_key.txt');
    expect(textOf(await reader.readKey('prod', 'age', 'key.txt'))).toBe(
      'content of prod_age_key.txt',
    );
    const all = await reader.readKeys('prod', 'age');
    expect([...(all?.keys() ?? [])]).toEqual(['key.txt']);
  });

  it('knows no key that is not there', async () => {
    await writeKey('prod/age/key.txt');
    expect(await reader.readKey('prod', 'age', 'other')).toBeNull();
    expect(await reader.readKey('test', 'age', 'key.txt')).toBeNull();
    expect(await reader.readKeys('prod', 'none')).toBeNull();
    expect(
      await createKeyFolder({ secretsDir: join(root, 'no') }).readKey('a', 'b', 'c'),
    ).toBeNull();
  });

  it('reads all keys of a name in order', async () => {
    for (const key of ['b', 'a', 'c']) await writeKey(`prod/age/${key}`);
    const all = await reader.readKeys('prod', 'age');
    expect([...(all?.keys() ?? [])]).toEqual(['a', 'b', 'c']);
    expect(textOf(all?.get('b'))).toBe('content of prod/age/b');
  });

  it.each([0o404, 0o444, 0o660, 0o602])('refuses a key file of mode %o', async (mode) => {
    await writeKey('prod/age/key', mode);
    await expectCode(reader.readKey('prod', 'age', 'key'), 'MAYFLY_KEY_EXPOSED');
  });

  it('refuses a link in place of the file, of the name and of the namespace', async () => {
    await writeKey('prod/age/key');
    await mkdir(join(root, 'other'));
    await symlink(join(root, 'prod/age/key'), join(root, 'prod/age/link'));
    await symlink(join(root, 'prod/age'), join(root, 'prod/link'));
    await symlink(join(root, 'prod'), join(root, 'link'));
    await expectCode(reader.readKey('prod', 'age', 'link'), 'MAYFLY_FILE_NOT_REGULAR');
    for (const [namespace, name] of [
      ['prod', 'link'],
      ['link', 'age'],
    ] as const) {
      await expectCode(reader.readKey(namespace, name, 'key'), 'MAYFLY_FOLDER_NOT_PLAIN');
    }
  });

  it('refuses a folder, and a file over the limit', async () => {
    await mkdir(join(root, 'prod/age/folder'), { recursive: true });
    await writeFile(join(root, 'prod/age/big'), Buffer.alloc(1024 * 1024 + 1), { mode: 0o400 });
    await expectCode(reader.readKey('prod', 'age', 'folder'), 'MAYFLY_FILE_NOT_REGULAR');
    await expectCode(reader.readKey('prod', 'age', 'big'), 'MAYFLY_FILE_TOO_LARGE');
  });

  it('refuses a name with more keys than it will hold', async () => {
    for (let at = 0; at <= 100; at += 1) await writeKey(`prod/age/k${at}`);
    await expectCode(reader.readKeys('prod', 'age'), 'MAYFLY_FOLDER_TOO_LARGE');
  });

  it.each([
    ['..', 'age', 'key'],
    ['prod', '..', 'key'],
    ['prod', 'age', '..'],
    ['prod', 'age', '.'],
    ['prod', 'age', '../../etc/shadow'],
    ['prod', 'a/b', 'key'],
    ['/prod', 'age', 'key'],
    ['', 'age', 'key'],
    ['prod', '', 'key'],
    ['prod', 'age', ''],
    ['prod', 'age', 'a\0b'],
    ['prod', 'age', 'k\n'],
    ['Prod', 'age', 'key'],
  ])('refuses the reference %j %j %j', async (namespace, name, key) => {
    await expectCode(reader.readKey(namespace, name, key), 'MAYFLY_KEY_NAME');
  });
});

describe('an exposed key file', () => {
  it.each([
    { mode: 0o400n, uid: 1000n, gid: 1000n, exposed: false, given: 'of our own' },
    { mode: 0o600n, uid: 0n, gid: 0n, exposed: false, given: 'of root' },
    { mode: 0o440n, uid: 0n, gid: 0n, exposed: false, given: 'of root, as systemd grants it' },
    { mode: 0o440n, uid: 0n, gid: 5n, exposed: true, given: 'of root, for another group' },
    { mode: 0o440n, uid: 1000n, gid: 0n, exposed: true, given: 'of our own, for a group' },
    { mode: 0o460n, uid: 0n, gid: 0n, exposed: true, given: 'of root, which its group changes' },
    { mode: 0o400n, uid: 1001n, gid: 1000n, exposed: true, given: 'of somebody else' },
  ])('is told from a safe one: $given', ({ exposed, ...rights }) => {
    expect(isExposed(rights, 1000)).toBe(exposed);
  });
});
