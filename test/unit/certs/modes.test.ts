import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aDay,
  anHour,
  createCertsWorld,
  places,
  webhookTargets,
  type CertsWorld,
} from '#test/support/certs/certs-world.ts';
import { expectCode } from '#test/support/expect-code.ts';
import type { CertsPass } from '../../../certs/certs-pass.ts';
import { createFileCheck } from '../../../certs/check-files.ts';
import { createInjectionCheck } from '../../../certs/check-injection.ts';

const { signal } = new AbortController();

describe('mode cert-manager', () => {
  /** As after cert-manager did its part: what signed the certificate in the Secret is injected. */
  async function injectedWorld(): Promise<{ world: CertsWorld; check: CertsPass }> {
    const world = createCertsWorld();
    await world.pass();
    for (const target of webhookTargets) {
      const annotations = { 'cert-manager.io/inject-ca-from': 'mayfly-system/mayfly-webhook' };
      world.kube.edit(target, { metadata: { annotations } });
    }
    const deps = { api: world.kube.connect('check'), now: () => world.clock.now() };
    return { world, check: createInjectionCheck(deps, places) };
  }

  it('finds nothing wrong with what was injected, and changes nothing', async () => {
    const { world, check } = await injectedWorld();
    const before = world.kube.requests.length;
    const { problems, ends } = await check(signal);
    expect(problems).toEqual([]);
    expect(ends).toEqual([{ name: 'leaf', notAfter: world.clock.now() + aDay }]);
    const since = world.kube.requests.slice(before);
    expect(new Set(since.map(({ verb }) => verb))).toEqual(new Set(['get']));
  });

  it.each([
    ['is not asked for', (world: CertsWorld) => edit(world, { metadata: { annotations: null } })],
    [
      'is not injected',
      (world: CertsWorld) => edit(world, { webhooks: [{ name: 'a', clientConfig: {} }] }),
    ],
    [
      'does not vouch for the certificate in the secret',
      (world: CertsWorld) => world.setValues({ 'tls.crt': 'spoiled' }),
    ],
    [
      'does not vouch for the certificate in the secret',
      (world: CertsWorld) => world.clock.jumpTo(world.clock.now() + 2 * aDay),
    ],
  ])('says of the authority that it %s', async (words, spoil) => {
    const { world, check } = await injectedWorld();
    spoil(world);
    const [problem] = (await check(signal)).problems;
    expect(problem?.code).toBe('MAYFLY_CERTS_INJECTION');
    expect(problem?.message).toContain(words);
  });

  function edit(world: CertsWorld, change: object): void {
    const [target] = webhookTargets;
    if (target !== undefined) world.kube.edit(target, change);
  }
});

describe('mode files', () => {
  let folder: string;
  let path: string;
  const world = createCertsWorld();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayfly-files-'));
    path = join(folder, 'tls.crt');
    await world.pass();
    await writeFile(path, world.valueOf('tls.crt'));
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  async function lookAt(afterMs: number): ReturnType<CertsPass> {
    return await createFileCheck(() => world.clock.now() + afterMs, path)(signal);
  }

  it('tells until when the certificate is valid', async () => {
    expect(await lookAt(0)).toMatchObject({
      problems: [],
      ends: [{ name: 'leaf', notAfter: world.clock.now() + aDay }],
    });
  });

  it.each([
    ['ends at 2026-01-02T00:00:00.000Z and was not renewed', 22 * anHour],
    ['has ended at 2026-01-02T00:00:00.000Z', aDay],
    ['is not valid before 2025-12-31T23:00:00.000Z', -2 * anHour],
  ])('says that it %s', async (words, afterMs) => {
    const [problem] = (await lookAt(afterMs)).problems;
    expect(problem?.code).toBe('MAYFLY_CERTS_FILE');
    expect(problem?.message).toContain(words);
  });

  it('says that there is no certificate in the file, and that there is no file', async () => {
    const other = join(folder, 'other.crt');
    const check = createFileCheck(() => world.clock.now(), other);
    await expectCode(check(signal), 'MAYFLY_FILE_MISSING');
    await writeFile(other, 'words');
    expect((await check(signal)).problems[0]?.message).toContain('holds no certificate');
  });
});
