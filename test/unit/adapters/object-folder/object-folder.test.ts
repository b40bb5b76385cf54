import { writeFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { ObjectRef } from '#core/api/object.ts';
import type { Steps } from '#platform/files/steps.ts';
import { openObjectFolder, type ObjectFolder } from '#adapters/object-folder/object-folder.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { until } from '#test/support/until.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let root: { path: string; remove: () => Promise<void> };
let clock: FakeClock;
let stop: AbortController;
let objects: ObjectFolder;
let seed = 1;
let following: Promise<void> | null = null;
const told: string[] = [];

beforeEach(async () => {
  root = await createTempFolder();
  await mkdir(join(root.path, 'objects'));
  clock = createFakeClock();
  stop = new AbortController();
  told.length = 0;
});

afterEach(async () => {
  stop.abort();
  await following;
  following = null;
  await root.remove();
});

async function open(onStep?: Steps): Promise<ObjectFolder> {
  seed += 1;
  objects = await openObjectFolder(
    {
      clock,
      random: createFakeRandom(seed),
      onFault: ({ path, error }) => told.push(`${path}: ${isMayflyError(error) ? error.code : ''}`),
      onEvent: () => undefined,
      ...(onStep === undefined ? {} : { onStep }),
    },
    { folder: join(root.path, 'objects'), stateFolder: join(root.path, 'state') },
  );
  return objects;
}

async function write(path: string, text: string): Promise<void> {
  const target = join(root.path, 'objects', path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

async function remove(path: string): Promise<void> {
  await rm(join(root.path, 'objects', path));
}

/** Moves the clock until something is so. */
async function lookUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await until(isSo, async () => await clock.advance(31_000));
}

/** Waits until the folder has been looked at after now: told by a fault that was put there for it. */
async function lookAgain(): Promise<void> {
  await write('probe.yaml', 'probe: [');
  await lookUntil(() => objects.listFaults().some(({ path }) => path === 'probe.yaml'));
  await remove('probe.yaml');
  await lookUntil(() => objects.listFaults().every(({ path }) => path !== 'probe.yaml'));
}

function aSource(name: string, change: { branch?: string; extra?: string } = {}): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: GitSource
metadata: { name: ${name}, namespace: prod, labels: { a: b } }
spec:
  url: https://git.example.com/shop.git
  ref: { branch: ${change.branch ?? 'main'} }
  interval: 1m
${change.extra ?? ''}`;
}

function refOf(name: string): ObjectRef {
  return { kind: 'GitSource', namespace: 'prod', name };
}

async function namesNow(): Promise<string[]> {
  return (await objects.list('GitSource')).map(({ metadata }) => metadata.name).toSorted();
}

function faultsNow(): string[] {
  return objects.listFaults().map(({ error }) => (isMayflyError(error) ? error.code : 'unknown'));
}

describe('the object folder', () => {
  it('reads all documents of all files below it, and nothing else', async () => {
    await write('a.yaml', `${aSource('one')}---\n---\n${aSource('two')}`);
    await write('deep/er/b.yml', aSource('three'));
    await write('notes.txt', 'not: an object');
    await write('.hidden.yaml', aSource('hidden'));
    await write('.git/c.yaml', aSource('git'));
    await open();
    expect(await namesNow()).toEqual(['one', 'three', 'two']);
    expect(faultsNow()).toEqual([]);
    const object = await objects.get(refOf('one'));
    expect(object?.metadata).toMatchObject({ generation: 1, labels: { a: 'b' } });
    expect(object?.metadata.creationTimestamp).toBe('2026-01-01T00:00:00.000Z');
    expect(await objects.list('EphemeralSecret')).toEqual([]);
  });

  it('counts a change of the spec as a generation, of a label only as a version', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const before = await objects.get(refOf('one'));
    await write('a.yaml', aSource('one').replace('a: b', 'a: c'));
    await open();
    const labelled = await objects.get(refOf('one'));
    expect(labelled?.metadata.generation).toBe(1);
    expect(labelled?.metadata.resourceVersion).not.toBe(before?.metadata.resourceVersion);
    await write('a.yaml', aSource('one', { branch: 'other' }));
    await open();
    const changed = await objects.get(refOf('one'));
    expect(changed?.metadata.generation).toBe(2);
    expect(changed?.metadata.uid).toBe(before?.metadata.uid);
  });

  it('keeps the status over a restart and writes an equal one for nothing', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const before = await objects.get(refOf('one'));
    const version = before?.metadata.resourceVersion ?? '';
    await objects.writeStatus(refOf('one'), { revision: 'x', list: [1] }, version);
    await open();
    const after = await objects.get(refOf('one'));
    expect(after?.status).toEqual({ revision: 'x', list: [1] });
    const now = after?.metadata.resourceVersion ?? '';
    await objects.writeStatus(refOf('one'), { list: [1], revision: 'x' }, now);
    expect((await objects.get(refOf('one')))?.metadata.resourceVersion).toBe(now);
    await expectCode(objects.writeStatus(refOf('one'), {}, version), 'MAYFLY_OBJECT_CONFLICT');
    await expectCode(objects.writeStatus(refOf('none'), {}, version), 'MAYFLY_OBJECT_CONFLICT');
  });

  it('keeps objects of the cluster, which have no namespace, over a restart', async () => {
    const issuer = `apiVersion: mayfly.dev/v1alpha1
kind: TokenIssuer
metadata: {name: github}
spec: {kind: github, issuer: 'https://token.test'}
`;
    const ref = { kind: 'TokenIssuer', namespace: '', name: 'github' } as const;
    await write('a.yaml', issuer);
    await write('b.yaml', issuer.replace('github}', 'a, namespace: prod}'));
    await open();
    expect(faultsNow()).toEqual(['MAYFLY_OBJECT_FIELD_INVALID']);
    const version = (await objects.get(ref))?.metadata.resourceVersion ?? '';
    await objects.writeStatus(ref, { reconciledAt: 'x' }, version);
    await open();
    expect((await objects.get(ref))?.status).toEqual({ reconciledAt: 'x' });
    expect((await objects.list('TokenIssuer')).map(({ metadata }) => metadata.namespace)).toEqual([
      '',
    ]);
  });

  it('refuses to open when the folder is not there', async () => {
    await rm(join(root.path, 'objects'), { recursive: true });
    await expectCode(open(), 'MAYFLY_FILE_MISSING');
  });
});

describe('a faulty file', () => {
  const faults: readonly [string, string, ErrorCode][] = [
    ['is not YAML', 'a: [', 'MAYFLY_YAML_SYNTAX'],
    ['has a key twice', 'a: 1\na: 2', 'MAYFLY_YAML_DUPLICATE_KEY'],
    [
      'has a plain Secret',
      'apiVersion: v1\nkind: Secret\ndata: {a: eA==}',
      'MAYFLY_OBJECT_PLAIN_SECRET',
    ],
    ['has a foreign object', 'apiVersion: v1\nkind: ConfigMap', 'MAYFLY_OBJECT_KIND_UNKNOWN'],
    [
      'has an unknown kind',
      aSource('x').replace('GitSource', 'GitSorce'),
      'MAYFLY_OBJECT_KIND_UNKNOWN',
    ],
    ['has an unknown field', aSource('x', { extra: '  brnch: a' }), 'MAYFLY_OBJECT_FIELD_UNKNOWN'],
    ['misses a field', aSource('x').replace(/ {2}url:.*\n/u, ''), 'MAYFLY_OBJECT_FIELD_MISSING'],
    ['has a hostile name', aSource('"../x"'), 'MAYFLY_OBJECT_FIELD_INVALID'],
    ['is too large', `# ${'x'.repeat(300_000)}`, 'MAYFLY_FILE_TOO_LARGE'],
  ];

  it.each(faults)('that %s harms no other and removes nothing', async (_, text, code) => {
    await write('good.yaml', aSource('good'));
    await write('bad.yaml', aSource('kept'));
    await open();
    following = objects.follow(stop.signal);
    await write('bad.yaml', text);
    await lookUntil(() => faultsNow().includes(code));
    await lookAgain();
    expect(await namesNow()).toEqual(['good', 'kept']);
    expect(told.filter((each) => each === `bad.yaml: ${code}`)).toHaveLength(1);
    await open();
    expect(await namesNow()).toEqual(['good', 'kept']);
  });

  it('suggests the nearest kind', async () => {
    await write('a.yaml', aSource('x').replace('GitSource', 'GitSorce'));
    await open();
    const [fault] = objects.listFaults();
    expect(isMayflyError(fault?.error) && fault.error.message).toContain('GitSource');
  });

  it('that is a link is refused', async () => {
    await write('good.yaml', aSource('good'));
    await symlink('good.yaml', join(root.path, 'objects', 'link.yaml'));
    await open();
    expect(await namesNow()).toEqual(['good']);
    expect(faultsNow()).toEqual(['MAYFLY_FILE_NOT_REGULAR']);
  });

  it('is whole again when it is corrected', async () => {
    await write('a.yaml', 'a: [');
    await open();
    expect(faultsNow()).toEqual(['MAYFLY_YAML_SYNTAX']);
    following = objects.follow(stop.signal);
    await write('a.yaml', aSource('one'));
    await lookUntil(() => faultsNow().length === 0);
    expect(await namesNow()).toEqual(['one']);
  });
});

describe('an object in two files', () => {
  it('belongs to the file it was first seen in', async () => {
    await write('b.yaml', aSource('one'));
    await open();
    await write('a.yaml', aSource('one', { branch: 'intruder' }));
    await open();
    expect((await objects.get(refOf('one')))?.spec).toMatchObject({ ref: { branch: 'main' } });
    expect(faultsNow()).toEqual(['MAYFLY_OBJECT_DUPLICATE']);
  });

  it('moves with its file', async () => {
    await write('b.yaml', aSource('one'));
    await open();
    const before = await objects.get(refOf('one'));
    await remove('b.yaml');
    await write('a.yaml', aSource('one'));
    await open();
    expect((await objects.get(refOf('one')))?.metadata.uid).toBe(before?.metadata.uid);
    expect(faultsNow()).toEqual([]);
  });
});

describe('a removed object', () => {
  it('is gone when its file stays away, not when it is being saved', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const changes: ObjectRef[] = [];
    following = objects.follow(stop.signal);
    void objects.watch('GitSource', (ref) => changes.push(ref), stop.signal);
    expect(changes).toEqual([refOf('one')]);
    await remove('a.yaml');
    await clock.advance(1_000);
    await settle();
    expect(await namesNow()).toEqual(['one']);
    await lookUntil(async () => (await namesNow()).length === 0);
    expect(await objects.get(refOf('one'))).toBeNull();
    expect(changes).toEqual([refOf('one'), refOf('one')]);
  });

  it('is seen soon that came just before the folder was watched', async () => {
    await write('a.yaml', aSource('one'));
    let comes = false;
    await open(() => {
      if (comes) writeFileSync(join(root.path, 'objects', 'late.yaml'), aSource('late'));
      comes = false;
    });
    await write('b.yaml', aSource('two'));
    comes = true;
    following = objects.follow(stop.signal);
    await until(
      async () => (await namesNow()).includes('two'),
      () => clock.advance(0),
    );
    expect(comes).toBe(false);
    await until(
      async () => (await namesNow()).includes('late'),
      () => clock.advance(10),
    );
    expect(clock.now() - Date.UTC(2026, 0, 1)).toBeLessThan(30_000);
  });

  it('is not gone while the folder cannot be listed', async () => {
    await write('sub/a.yaml', aSource('one'));
    await open();
    following = objects.follow(stop.signal);
    await rename(join(root.path, 'objects'), join(root.path, 'elsewhere'));
    await lookUntil(() => faultsNow().includes('MAYFLY_FILE_MISSING'));
    expect(await namesNow()).toEqual(['one']);
    await rename(join(root.path, 'elsewhere'), join(root.path, 'objects'));
    await lookUntil(() => faultsNow().length === 0);
    expect(await namesNow()).toEqual(['one']);
  });

  it('is another object when it comes back', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const before = await objects.get(refOf('one'));
    following = objects.follow(stop.signal);
    await remove('a.yaml');
    await lookUntil(async () => (await namesNow()).length === 0);
    await write('a.yaml', aSource('one'));
    await lookUntil(async () => (await namesNow()).length === 1);
    const after = await objects.get(refOf('one'));
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });
});

describe('the watch of the object folder', () => {
  it('tells each change of a kind once', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const changes: string[] = [];
    following = objects.follow(stop.signal);
    void objects.watch('GitSource', ({ name }) => changes.push(name), stop.signal);
    void objects.watch('EphemeralSecret', () => changes.push('wrong'), stop.signal);
    await write('a.yaml', aSource('one', { branch: 'next' }));
    await write('b.yaml', aSource('two'));
    await lookUntil(() => changes.length === 3);
    await lookAgain();
    expect(changes).toEqual(['one', 'one', 'two']);
  });

  it('leaves no timer behind', async () => {
    await open();
    following = objects.follow(stop.signal);
    await lookAgain();
    stop.abort();
    await following;
    expect(clock.pending).toBe(0);
  });
});

describe('the object folder, stopped at any step of a write', () => {
  it('comes to the same state at its next start', async () => {
    await write('a.yaml', aSource('one'));
    await open();
    const uid = (await objects.get(refOf('one')))?.metadata.uid;
    for (let step = 1; step <= 10; step += 1) {
      await write('a.yaml', aSource('one', { branch: `b${step}` }));
      await write(`n${step}.yaml`, aSource(`new${step}`));
      let count = 0;
      const stopped = open(() => {
        count += 1;
        if (count === step) throw new Error('stopped');
      });
      await expect(stopped).rejects.toThrow('stopped');
      await open();
      const one = await objects.get(refOf('one'));
      expect(one?.metadata).toMatchObject({ uid, generation: step + 1 });
      expect(one?.spec).toMatchObject({ ref: { branch: `b${step}` } });
      expect(await namesNow()).toHaveLength(step + 1);
    }
    expect(told).toEqual([]);
  });

  it('tells of a folder below that cannot be entered, and removes nothing', async () => {
    if (process.geteuid?.() === 0) return;
    await write('sub/a.yaml', aSource('one'));
    await open();
    await chmod(join(root.path, 'objects', 'sub'), 0o000);
    await open();
    expect(await namesNow()).toEqual(['one']);
    expect(faultsNow()).toEqual(['MAYFLY_FILE_UNREADABLE']);
    await chmod(join(root.path, 'objects', 'sub'), 0o700);
  });
});
