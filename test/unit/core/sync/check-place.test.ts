import { describe, expect, it } from '@jest/globals';
import { parseEphemeralSecret, type EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { checkPlace, type Place } from '#core/sync/check-place.ts';
import { aSecretSpec } from '#test/support/controller-rig.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function aSecret(change: object): EphemeralSecret {
  const object = aStoredObject('EphemeralSecret', { spec: aSecretSpec(change) });
  const parsed = parseEphemeralSecret(object);
  if (parsed.kind === 'invalid') throw new Error('the test expects a valid spec');
  return parsed.value;
}

function refused(change: object, place: Place): readonly string[] {
  return checkPlace(aSecret(change), place).map(({ code, params }) => {
    expect(code).toBe('MAYFLY_SYNC_PLACE');
    return String(params['field']);
  });
}

describe('what only works elsewhere', () => {
  it.each<[string, object]>([
    ['spec.target.manifests.ownership', { target: { manifests: { ownership: 'Adopt' } } }],
    [
      'spec.target.secret.ownership',
      { target: { secret: { ownership: 'Adopt', name: 'db', from: 'yaml' } } },
    ],
    ['spec.serviceAccountName', { serviceAccountName: 'deployer' }],
  ])('%s is refused on a machine', (field, change) => {
    expect(refused(change, 'machine')).toEqual([field]);
    expect(refused(change, 'cluster')).toEqual([]);
  });

  it('refuses nothing of a plain object, and everything at once', () => {
    expect(refused({}, 'machine')).toEqual([]);
    const both = { serviceAccountName: 'a', target: { manifests: { ownership: 'Adopt' } } };
    expect(refused(both, 'machine')).toHaveLength(2);
  });
});
