import { describe, expect, it } from '@jest/globals';
import type { Target } from '#core/api/ephemeral-secret.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { groupUnits, type SyncUnit } from '#core/sync/sync-units.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';

const digest = createNodeDigest(SecretBytes.take(new Uint8Array(32)), 'test');
const files = [
  { path: 'apps/a.yaml', blob: '1', size: 1 },
  { path: 'apps/b.yaml', blob: '2', size: 1 },
];
const one: Target = {
  kind: 'secret',
  name: 's',
  type: 'Opaque',
  labels: {},
  annotations: {},
  from: 'yaml',
  keys: [],
  template: null,
};

function group(target: Target, keys = 'k', given = files): readonly SyncUnit[] {
  return groupUnits(given, { path: 'apps', target, keys }, digest);
}

describe('units', () => {
  it('are single files of manifests, or all files of one Secret', () => {
    expect(group({ kind: 'manifests' }).map(({ path }) => path)).toEqual([
      'apps/a.yaml',
      'apps/b.yaml',
    ]);
    expect(group(one).map(({ path }) => path)).toEqual(['apps']);
    expect(group(one, 'k', [])).toEqual([]);
  });

  it('have another origin with another blob, key or target, and the same with the same', () => {
    const origin = (units: readonly SyncUnit[]): string => units[0]?.origin ?? '';
    const before = origin(group(one));
    expect(origin(group(one))).toBe(before);
    expect(origin(group(one, 'other'))).not.toBe(before);
    expect(origin(group({ ...one, name: 'other' }))).not.toBe(before);
    expect(origin(group(one, 'k', [{ path: 'apps/a.yaml', blob: '3', size: 1 }]))).not.toBe(before);
  });
});
