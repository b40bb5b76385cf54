import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffSecret, isEqualRecord, type DesiredShape } from '#core/drift/diff-secret.ts';
import type { LiveSecret, SecretLease } from '#core/ports/secret-sink.ts';

const shape: DesiredShape = {
  type: 'Opaque',
  labels: { app: 'shop' },
  annotations: {},
  digests: { a: '1', b: '2' },
};

function aLease(uid: string, digests: Readonly<Record<string, string>>): SecretLease {
  return {
    expiresAt: 1,
    issuedAt: 0,
    verifiedAt: 0,
    revision: 'r',
    owner: { kind: 'EphemeralSecret', namespace: 'prod', name: 'apps', uid },
    path: 'apps/db.yaml',
    modifiedAt: 0,
    origin: 'o',
    siblings: 1,
    digests,
  };
}

function aLive(desired: DesiredShape, change: Partial<LiveSecret> = {}): LiveSecret {
  return {
    ...desired,
    namespace: 'prod',
    name: 'db',
    uid: 'uid-1',
    resourceVersion: '1',
    lease: aLease('owner', desired.digests),
    intact: true,
    ...change,
  };
}

const own = { ownerUid: 'owner', knownUid: 'uid-1', rule: 'Own' } as const;
const ours = { ownership: own, relet: false };

describe('a Secret beside what is live', () => {
  it('is left when both are the same', () => {
    const record = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(
        fc.record({ type: fc.string(), labels: record, annotations: record, digests: record }),
        (desired) => {
          expect(diffSecret(desired, aLive(desired), ours)).toEqual({ kind: 'leave' });
        },
      ),
    );
  });

  it('is created when nothing is there', () => {
    expect(diffSecret(shape, null, ours)).toEqual({ kind: 'create' });
  });

  it('has its lease renewed when only that is to change', () => {
    expect(diffSecret(shape, aLive(shape), { ...ours, relet: true }).kind).toBe('renew');
  });

  it.each<[string, Partial<LiveSecret>]>([
    ['a value differs', { digests: { a: '1', b: 'other' } }],
    ['a key is missing', { digests: { a: '1' } }],
    ['a key is foreign', { digests: { a: '1', b: '2', c: '3' } }],
    ['the type differs', { type: 'kubernetes.io/tls' }],
    ['a label differs', { labels: { app: 'other' } }],
    ['a label is left over', { labels: { app: 'shop', old: 'label' } }],
    ['an annotation is left over', { annotations: { old: 'note' } }],
    ['the sink says that it was changed', { intact: false }],
  ])('is applied when %s', (_what, change) => {
    expect(diffSecret(shape, aLive(shape, change), ours).kind).toBe('apply');
  });

  it('is applied when its lease was stripped and its uid is known', () => {
    expect(diffSecret(shape, aLive(shape, { lease: null }), ours).kind).toBe('apply');
  });

  it('is refused when it belongs to nobody we know, or to another object', () => {
    const foreign = aLive(shape, { lease: null, uid: 'foreign' });
    expect(diffSecret(shape, foreign, ours).kind).toBe('refuse');
    const unknown = { ownership: { ...own, knownUid: null }, relet: false };
    expect(diffSecret(shape, aLive(shape, { lease: null }), unknown).kind).toBe('refuse');
    const other = aLive(shape, { lease: aLease('other', shape.digests) });
    expect(diffSecret(shape, other, ours).kind).toBe('refuse');
  });

  it('is adopted only where that is asked for, and never from another object of ours', () => {
    const adopting = { ownership: { ...own, rule: 'Adopt' }, relet: false } as const;
    const foreign = aLive(shape, { lease: null, uid: 'foreign' });
    expect(diffSecret(shape, foreign, adopting)).toEqual({ kind: 'adopt', live: foreign });
    const other = aLive(shape, { lease: aLease('other', shape.digests) });
    expect(diffSecret(shape, other, adopting).kind).toBe('refuse');
    expect(diffSecret(shape, aLive(shape), adopting).kind).toBe('leave');
  });
});

it('records are equal in whatever order, and not with other values', () => {
  expect(isEqualRecord({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
  expect(isEqualRecord({ a: '1' }, { a: '2' })).toBe(false);
  expect(isEqualRecord({ a: '1' }, { b: '1' })).toBe(false);
  expect(isEqualRecord(JSON.parse('{"__proto__":"1"}') as Record<string, string>, { a: '1' })).toBe(
    false,
  );
});
