import { describe, expect, it } from '@jest/globals';
import { checkSpec } from '#core/api/check/check-spec.ts';
import { kindNames, type KindName, type StoredObject } from '#core/api/object.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function anObject(kind: KindName, spec: unknown): StoredObject {
  return aStoredObject(kind, { spec });
}

describe('checking a spec', () => {
  it.each(kindNames)('names every field of a %s that is not known', (kind) => {
    const errors = checkSpec(anObject(kind, { first: 1, second: 2 }));
    const unknown = errors.filter(({ code }) => code === 'MAYFLY_OBJECT_FIELD_UNKNOWN');
    expect(unknown.map(({ params }) => params['field'])).toEqual(['spec.first', 'spec.second']);
  });

  it('says nothing of one that is right', () => {
    const spec = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
    expect(checkSpec(anObject('GitSource', spec))).toEqual([]);
  });
});
