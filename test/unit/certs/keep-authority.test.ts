import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  aDay,
  aMinute,
  anHour,
  createCertsWorld,
  entriesOf,
  host,
  secretTarget,
  webhookTargets,
  type CertsWorld,
} from '#test/support/certs/certs-world.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { readCertificates } from '../../../certs/x509/read-certificate.ts';

async function startedWorld(): Promise<CertsWorld> {
  const world = createCertsWorld();
  await world.pass();
  return world;
}

function certificatesOf(text: string): readonly string[] {
  return (readCertificates(text) ?? []).map(({ pem }) => pem);
}

function codesOf(problems: readonly { readonly code: string }[]): readonly string[] {
  return problems.map(({ code }) => code);
}

function writesOf({ kube }: CertsWorld): number {
  return kube.requests.filter(({ verb }) => verb !== 'get').length;
}

describe('an authority that begins', () => {
  it('publishes its root to every webhook before there is a leaf of it', async () => {
    const world = createCertsWorld();
    const { problems, ends } = await world.pass();
    expect(problems).toEqual([]);
    expect(ends.map(({ name }) => name)).toEqual(['root', 'leaf']);
    expect(world.steps).toEqual(['add-root', 'promote']);
    const wrote = world.kube.requests.filter(({ verb }) => verb !== 'get');
    expect(wrote.map(({ verb }) => verb)).toEqual(['patch', 'apply', 'apply', 'patch']);
    expect(new Set(world.bundlesOf())).toEqual(new Set([world.valueOf('ca.crt')]));
    expect(world.bundlesOf()).toHaveLength(4);
  });

  it('writes nothing while all is well, and is back when the leaf is at two thirds of its life', async () => {
    const world = await startedWorld();
    const before = writesOf(world);
    const { nextAt } = await world.pass();
    expect(writesOf(world)).toBe(before);
    const restMs = nextAt - world.clock.now();
    expect(restMs).toBeLessThanOrEqual(16 * anHour);
    expect(restMs).toBeGreaterThan(14 * anHour);
  });

  it('leaves all else of the webhooks as it is', async () => {
    const world = await startedWorld();
    for (const target of webhookTargets) {
      expect(entriesOf(world.kube.peek(target))[0]).toMatchObject({
        sideEffects: 'None',
        clientConfig: { service: { name: 'mayfly-webhook' } },
      });
    }
  });

  it('says that the Secret is missing, for it may not make one', async () => {
    const world = createCertsWorld();
    world.kube.removeByHand(secretTarget);
    await expectCode(world.pass(), 'MAYFLY_CERTS_SECRET_MISSING');
  });

  it('holds no key after a pass', async () => {
    const countUnwiped = trackSecrets();
    const world = await startedWorld();
    world.setValues({ 'tls.key': 'spoiled' });
    await world.pass();
    expect(countUnwiped()).toBe(0);
  });
});

describe('what somebody else did', () => {
  it('to a bundle is put right, and settling begins anew', async () => {
    const world = await startedWorld();
    const [target] = webhookTargets;
    if (target === undefined) throw new Error('there is a webhook');
    world.kube.edit(target, { webhooks: [{ name: 'pods.mayfly.dev', clientConfig: {} }] });
    await world.pass();
    expect(world.published).toHaveLength(3);
    expect(new Set(world.bundlesOf())).toEqual(new Set([world.valueOf('ca.crt')]));
  });

  it('to the key of the root is told; the next root waits until it is known everywhere', async () => {
    const world = await startedWorld();
    const root = certificatesOf(world.valueOf('ca.crt'));
    const leaf = world.valueOf('tls.crt');
    world.setValues({ 'root.key': 'spoiled' });
    const { problems, nextAt } = await world.pass();
    expect(codesOf(problems)).toEqual(['MAYFLY_CERTS_DAMAGED']);
    expect(problems[0]?.message).not.toContain('spoiled');
    expect(world.steps.slice(2)).toEqual(['add-root']);
    expect(certificatesOf(world.bundlesOf()[0] ?? '')).toHaveLength(2);
    expect(world.valueOf('tls.crt')).toBe(leaf);
    expect(nextAt - world.clock.now()).toBe(10 * aMinute);
    await world.clock.advance(10 * aMinute);
    expect((await world.pass()).problems).toEqual([]);
    expect(world.steps.slice(3)).toEqual(['promote']);
    expect(certificatesOf(world.valueOf('ca.crt'))).toContain(root[0]);
    await world.clock.advance(aDay);
    await world.pass();
    expect(certificatesOf(world.bundlesOf()[0] ?? '')).not.toContain(root[0]);
  });

  it.each([
    ['the certificate of the root is found again among the published ones', 'root.crt', []],
    ['a leaf is made anew by the same root', 'tls.crt', ['renew-leaf']],
    ['the key of a leaf is made anew with it', 'tls.key', ['renew-leaf']],
  ] as const)('is worked around: %s', async (_, key, steps) => {
    const world = await startedWorld();
    const bundle = world.bundlesOf()[0];
    world.setValues({ [key]: 'spoiled' });
    expect(codesOf((await world.pass()).problems)).toEqual(['MAYFLY_CERTS_DAMAGED']);
    expect(world.steps.slice(2)).toEqual(steps);
    expect(world.bundlesOf()[0]).toBe(bundle);
  });

  it('to all of the Secret is made up for at once, and what was trusted stays so for a day', async () => {
    const world = await startedWorld();
    const [old = ''] = certificatesOf(world.bundlesOf()[0] ?? '');
    world.kube.edit(secretTarget, { data: null });
    await world.pass();
    expect(world.steps.slice(2)).toEqual(['add-root', 'promote']);
    expect(certificatesOf(world.bundlesOf()[0] ?? '')).toEqual([expect.any(String), old]);
    await world.clock.advance(aDay);
    await world.pass();
    expect(certificatesOf(world.bundlesOf()[0] ?? '')).not.toContain(old);
  });

  it('to what was retired is told and does no harm', async () => {
    const world = await startedWorld();
    world.setValues({ 'retired-roots.crt': 'spoiled', 'retired-until': 'never' });
    const { problems } = await world.pass();
    expect(codesOf(problems)).toEqual(['MAYFLY_CERTS_DAMAGED', 'MAYFLY_CERTS_DAMAGED']);
    expect(world.steps).toHaveLength(2);
  });

  it('by putting the key of another is found out', async () => {
    const world = await startedWorld();
    world.setValues({ 'root.key': world.valueOf('tls.key') });
    const { problems } = await world.pass();
    expect(problems[0]?.message).toContain('is not the key of its certificate');
    expect(world.steps.slice(2)).toEqual(['add-root']);
  });
});

describe('a right that is missing', () => {
  const forbidden = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'patch it', user: 'certs' });

  it('for one configuration keeps neither the other from the bundle nor the leaf from its renewal', async () => {
    const world = await startedWorld();
    const remove = world.kube.faults.add({
      matches: ({ verb, resource }) => verb === 'apply' && resource.startsWith('mutating'),
      before: () => {
        throw forbidden;
      },
    });
    for (const target of webhookTargets) world.kube.edit(target, { webhooks: [] });
    world.kube.edit(webhookTargets[0] ?? secretTarget, {
      webhooks: [{ name: 'pods.mayfly.dev', clientConfig: {} }],
    });
    await world.clock.advance(16 * anHour);
    expect(codesOf((await world.pass()).problems)).toEqual(['MAYFLY_KUBE_FORBIDDEN']);
    expect(world.steps.slice(2)).toEqual(['renew-leaf']);
    remove();
    expect((await world.pass()).problems).toEqual([]);
  });

  it('keeps a new root from signing for as long as a leaf stands', async () => {
    const world = await startedWorld();
    const remove = world.kube.faults.add({
      matches: ({ verb, resource }) => verb === 'get' && resource.startsWith('validating'),
      before: () => {
        throw forbidden;
      },
    });
    world.setValues({ 'root.key': 'spoiled' });
    await world.pass();
    await world.clock.advance(anHour);
    await world.pass();
    expect(world.steps.slice(2)).toEqual(['add-root']);
    remove();
    await world.pass();
    await world.clock.advance(10 * aMinute);
    await world.pass();
    expect(world.steps.slice(3)).toEqual(['promote']);
  });

  it('is nothing that a webhook has which is not there', async () => {
    const world = createCertsWorld();
    for (const target of webhookTargets) world.kube.removeByHand(target);
    expect(codesOf((await world.pass()).problems)).toEqual([
      'MAYFLY_CERTS_WEBHOOK_MISSING',
      'MAYFLY_CERTS_WEBHOOK_MISSING',
    ]);
    expect(world.valueOf('tls.crt')).not.toBe('');
  });
});

describe('a clock', () => {
  it('that was behind makes a leaf anew when it is right again', async () => {
    const world = await startedWorld();
    world.clock.jumpTo(world.clock.now() + 30 * aDay);
    await world.pass();
    expect(world.steps.slice(2)).toEqual(['renew-leaf']);
  });

  it('that is set back by years ends with what is valid then, and with both roots trusted', async () => {
    const world = await startedWorld();
    world.clock.jumpTo(world.clock.now() - 300 * aDay);
    await world.pass();
    expect(world.steps.slice(2)).toEqual(['add-root', 'promote']);
    expect(certificatesOf(world.bundlesOf()[0] ?? '')).toHaveLength(2);
    const before = world.steps.length;
    await world.pass();
    expect(world.steps).toHaveLength(before);
  });
});

it('a Service of another name takes a root that may vouch for it', async () => {
  const world = await startedWorld();
  const other = 'hooks.mayfly-system.svc';
  world.restart({ names: [host, other] });
  await world.pass();
  expect(world.steps.slice(2)).toEqual(['add-root']);
  await world.clock.advance(10 * aMinute);
  await world.pass();
  const [leaf] = readCertificates(world.valueOf('tls.crt')) ?? [];
  expect(leaf?.x509.checkHost(other)).toBe(other);
});
