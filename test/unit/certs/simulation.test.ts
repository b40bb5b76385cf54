import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  aDay,
  aMinute,
  aSecond,
  createCertsWorld,
  host,
  type CertsWorld,
  type Moment,
} from '#test/support/certs/certs-world.ts';
import { isIssuedBy, readCertificates } from '../../../certs/x509/read-certificate.ts';

/** How late a kubelet shows the webhook a new leaf, and an API server a new bundle. */
const kubeletDelays = [0, 3 * aMinute];
const serverDelays = [0, aMinute];

function lastBefore(moments: readonly Moment[], at: number): string | null {
  return moments.findLast((moment) => moment.at <= at)?.text ?? null;
}

/** From when until when a leaf is trusted by the roots of a bundle. */
type Trust = readonly [from: number, until: number];

const trusts = new Map<string, readonly Trust[]>();

/** Whether the leaf as a webhook had it is trusted by the bundle as an API server had it. */
function isTrusted(leafText: string, bundle: string, at: number): boolean {
  const known = trusts.get(leafText + bundle) ?? findTrusts(leafText, bundle);
  trusts.set(leafText + bundle, known);
  return known.some(([from, until]) => from <= at && at < until);
}

function findTrusts(leafText: string, bundle: string): readonly Trust[] {
  const [leaf] = readCertificates(leafText) ?? [];
  if (leaf?.x509.checkHost(host) === undefined) return [];
  const roots = (readCertificates(bundle) ?? []).filter((root) => isIssuedBy(leaf, root));
  return roots.map((root) => [
    Math.max(root.notBefore, leaf.notBefore),
    Math.min(root.notAfter, leaf.notAfter),
  ]);
}

/** How many roots have signed what was served. */
function countRoots({ bundles }: CertsWorld): number {
  return new Set(bundles.map(({ text }) => readCertificates(text)?.[0]?.pem)).size;
}

/** Every moment of a handshake that fails, after the first few minutes. */
function findFailures({ leaves, bundles, clock }: CertsWorld): readonly string[] {
  const start = (leaves[0]?.at ?? 0) + 5 * aMinute;
  const changes = [...leaves, ...bundles].map(({ at }) => at);
  const offsets = [-1, 0, aSecond, aMinute, 3 * aMinute - 1, 3 * aMinute, 4 * aMinute];
  const moments = changes.flatMap((at) => offsets.map((offset) => at + offset));
  const asked = [...new Set(moments)].filter((at) => at >= start && at <= clock.now());
  return asked.flatMap((at) =>
    kubeletDelays.flatMap((kubelet) =>
      serverDelays.flatMap((server) => {
        const leaf = lastBefore(leaves, at - kubelet) ?? '';
        const bundle = lastBefore(bundles, at - server) ?? '';
        if (isTrusted(leaf, bundle, at)) return [];
        return [`${new Date(at).toISOString()} kubelet ${kubelet} server ${server}`];
      }),
    ),
  );
}

async function live(world: CertsWorld, untilMs: number, disturb: () => void): Promise<void> {
  const end = world.clock.now() + untilMs;
  while (world.clock.now() < end) {
    disturb();
    const restMs = await world.pass().then(
      ({ nextAt }) => nextAt - world.clock.now(),
      () => 30 * aSecond,
    );
    await world.clock.advance(Math.max(aSecond, restMs));
  }
}

/** The same numbers in each run. */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('years of certificates', () => {
  it('are without a handshake that fails, through twenty roots', async () => {
    const world = createCertsWorld({ rootMs: 8 * aDay, leafMs: aDay });
    await live(world, 110 * aDay, () => undefined);
    expect(countRoots(world)).toBeGreaterThanOrEqual(20);
    expect(world.leaves.length).toBeGreaterThan(150);
    expect(findFailures(world)).toEqual([]);
    expect(world.bundles.every(({ text }) => (readCertificates(text)?.length ?? 0) <= 2)).toBe(
      true,
    );
  }, 60_000);

  it('need two roots in eight years with what is configured', async () => {
    const world = createCertsWorld({ leafMs: 30 * aDay });
    await live(world, 8 * 365 * aDay, () => undefined);
    expect(countRoots(world)).toBe(2);
    expect(findFailures(world)).toEqual([]);
  }, 60_000);

  it.each([1, 2, 3])(
    'are so when calls fail, answers are lost and processes end (seed %d)',
    async (seed) => {
      const world = createCertsWorld({ rootMs: 10 * aDay, leafMs: aDay });
      await world.pass();
      const number = createNumbers(seed);
      const error = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'it', reason: 'test' });
      await live(world, 40 * aDay, () => {
        const chance = number();
        const verb = (['get', 'patch', 'apply'] as const)[Math.floor(number() * 3)];
        if (chance < 0.15) world.kube.failNext((request) => request.verb === verb, error);
        else if (chance < 0.3)
          world.kube.faults.loseNext((request) => request.verb === verb, error);
        else if (chance < 0.45) world.restart();
      });
      expect(countRoots(world)).toBeGreaterThan(5);
      expect(findFailures(world)).toEqual([]);
    },
    60_000,
  );
});
