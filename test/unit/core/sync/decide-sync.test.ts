import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideSync,
  type OwnedSecret,
  type SyncInput,
  type SyncPlan,
} from '#core/sync/decide-sync.ts';
import type { SyncUnit } from '#core/sync/sync-units.ts';

const now = 1_000_000_000;
const hour = 3_600_000;

function aUnit(path: string, origin = 'o1'): SyncUnit {
  return { path, origin, files: [{ path, blob: origin, size: null }] };
}

interface LiveChange {
  readonly origin?: string;
  readonly siblings?: number;
  readonly intact?: boolean;
  readonly issuedAt?: number;
}

function aLive(name: string, path: string, change: LiveChange = {}): OwnedSecret {
  const { origin = 'o1', siblings = 1, intact = true, issuedAt = now - 60_000 } = change;
  return {
    namespace: 'prod',
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    type: 'Opaque',
    labels: {},
    annotations: {},
    digests: {},
    intact,
    lease: {
      issuedAt,
      expiresAt: issuedAt + hour,
      verifiedAt: issuedAt,
      revision: 'r',
      owner: { kind: 'EphemeralSecret', namespace: 'prod', name: 'apps', uid: 'owner' },
      path,
      modifiedAt: 0,
      origin,
      siblings,
      digests: {},
    },
  };
}

function decide(
  change: Partial<SyncInput>,
): { work: string[]; renewals: string[]; drops: string[] } & Pick<SyncPlan, 'standing'> {
  const plan = decideSync({
    units: [],
    unreadable: new Set(),
    live: [],
    vanished: new Set(),
    opens: true,
    usage: null,
    failures: [],
    event: { kind: 'verified', at: now },
    terms: {
      ttlMs: hour,
      maxStaleMs: hour,
      lifetime: 'Continuous',
      onSourceMissing: 'Delete',
      prune: true,
    },
    repairs: true,
    forced: false,
    now,
    ...change,
  });
  return {
    work: plan.work.map(({ path }) => path),
    renewals: plan.renewals.map(({ live }) => live.name),
    drops: plan.drops.map(({ live, how }) => `${how} ${live.name}`),
    standing: plan.standing,
  };
}

const nothing = { work: [], renewals: [], drops: [], standing: [] };

describe('what a pass does', () => {
  it('is nothing when everything is as it should be', () => {
    const paths = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
    fc.assert(
      fc.property(paths, (indexes) => {
        const units = indexes.map((index) => aUnit(`f${index}`));
        const live = indexes.map((index) => aLive(`s${index}`, `f${index}`));
        expect(decide({ units, live })).toEqual(nothing);
      }),
    );
  });

  it.each<{ what: string; change: Partial<SyncInput> }>([
    { what: 'a new file', change: { units: [aUnit('f')] } },
    { what: 'a changed file', change: { units: [aUnit('f', 'o2')], live: [aLive('s', 'f')] } },
    {
      what: 'a Secret edited by hand',
      change: { units: [aUnit('f')], live: [aLive('s', 'f', { intact: false })] },
    },
    {
      what: 'one of two Secrets removed by hand',
      change: { units: [aUnit('f')], live: [aLive('s', 'f', { siblings: 2 })] },
    },
    {
      what: 'a removed Secret whose lease runs, although nothing may be issued',
      change: { units: [aUnit('f')], opens: false, vanished: new Set(['f']) },
    },
    { what: 'force', change: { units: [aUnit('f')], live: [aLive('s', 'f')], forced: true } },
  ])('is to work on $what', ({ change }) => {
    expect(decide(change)).toEqual({ ...nothing, work: ['f'] });
  });

  it('is nothing for a new file while nothing may be issued', () => {
    expect(decide({ units: [aUnit('f')], opens: false })).toEqual(nothing);
  });

  it('is to renew all when one is due, but for failed files', () => {
    const due = { issuedAt: now - (hour * 2) / 3 };
    const failures = [
      { path: 'bad', code: 'MAYFLY_SOPS_MAC_MISMATCH', message: '', commit: '', origin: 'o2' },
    ];
    const plan = decide({
      units: [aUnit('a'), aUnit('b'), aUnit('bad', 'o2')],
      live: [aLive('sa', 'a', due), aLive('sb', 'b'), aLive('sbad', 'bad', due)],
      failures,
    });
    expect(plan).toEqual({ ...nothing, renewals: ['sa', 'sb'], standing: failures });
  });

  it('tries a failed file again when it, a key or the object changed, or when it is forced', () => {
    const failure = {
      path: 'f',
      code: 'MAYFLY_SOPS_NO_KEY',
      message: '',
      commit: '',
      origin: 'o1',
    };
    expect(decide({ units: [aUnit('f')], failures: [failure] }).work).toEqual([]);
    expect(decide({ units: [aUnit('f', 'o2')], failures: [failure] }).work).toEqual(['f']);
    expect(decide({ units: [aUnit('f')], failures: [failure], forced: true }).work).toEqual(['f']);
  });

  it.each([
    'MAYFLY_SYNC_NAME_DUPLICATE',
    'MAYFLY_SINK_NOT_OWNED',
    'MAYFLY_GIT_UNAVAILABLE',
    'UNKNOWN',
  ])('tries again what failed with %s', (code) => {
    const failures = [{ path: 'f', code, message: '', commit: '', origin: 'o1' }];
    expect(decide({ units: [aUnit('f')], failures }).work).toEqual(['f']);
  });

  it('drops what no file makes any more, as the object says', () => {
    const live = [aLive('s', 'gone')];
    const terms = { ttlMs: hour, maxStaleMs: 0, lifetime: 'Continuous' } as const;
    expect(decide({ live }).drops).toEqual(['remove s']);
    expect(
      decide({ live, terms: { ...terms, onSourceMissing: 'Keep', prune: true } }).drops,
    ).toEqual([]);
    expect(
      decide({ live, terms: { ...terms, onSourceMissing: 'Keep', prune: false } }).drops,
    ).toEqual(['release s']);
  });

  it('drops what an unchanged file made in an older version', () => {
    const live = [aLive('s', 'f'), aLive('old', 'f', { origin: 'o0' })];
    expect(decide({ units: [aUnit('f')], live })).toEqual({ ...nothing, drops: ['remove old'] });
  });

  it('drops nothing whose file is only unreadable, or while no listing is known', () => {
    const live = [aLive('s', 'f', { issuedAt: now - hour })];
    expect(decide({ live, unreadable: new Set(['f']) })).toEqual(nothing);
    expect(decide({ live, units: null })).toEqual({ ...nothing, renewals: ['s'] });
  });

  it('renews and does nothing else while the object is suspended', () => {
    const live = [aLive('s', 'gone', { issuedAt: now - hour, intact: false })];
    expect(decide({ live, units: [aUnit('f')], repairs: false })).toEqual({
      ...nothing,
      renewals: ['s'],
    });
  });
});
