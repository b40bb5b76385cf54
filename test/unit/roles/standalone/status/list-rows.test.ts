import { describe, expect, it } from '@jest/globals';
import type { KindName, StoredObject } from '#core/api/object.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import { listRows } from '#roles/standalone/status/list-rows.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function anObject(kind: KindName, name: string, status: unknown): StoredObject {
  return aStoredObject(kind, { metadata: { namespace: 'shop', name, uid: name }, status });
}

function aReady(status: 'True' | 'False', reason: string): object {
  const message = `because of ${reason}`;
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  return { type: 'Ready', status, reason, message, observedGeneration: 1, lastTransitionTime };
}

async function list(objects: readonly StoredObject[]): ReturnType<typeof listRows> {
  const api: Pick<ObjectApi, 'list'> = {
    list: async (kind) => objects.filter((object) => object.kind === kind),
  };
  return await listRows(api);
}

describe('the rows of mayfly status', () => {
  it('are ordered by kind and name, with what each kind has to tell', async () => {
    const conditions = [aReady('True', 'Synced')];
    const rows = await list([
      anObject('EphemeralSecret', 'all', {
        conditions,
        revision: 'abc',
        expiresAt: '2026-01-01T01:00:00Z',
        secretCount: 3,
      }),
      anObject('GitSource', 'b', { conditions, revision: 'abc' }),
      anObject('GitSource', 'a', {}),
    ]);
    expect(rows.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'GitSource/a',
      'GitSource/b',
      'EphemeralSecret/all',
    ]);
    expect(rows[0]).toMatchObject({ ready: 'Unknown', message: 'not looked at yet' });
    expect(rows[1]).toMatchObject({ ready: 'True', reason: 'Synced', revision: 'abc' });
    expect(rows[2]).toMatchObject({ secrets: 3, expiresAt: '2026-01-01T01:00:00Z' });
  });
});
