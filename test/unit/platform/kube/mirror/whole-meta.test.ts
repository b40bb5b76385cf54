import { describe, expect, it } from '@jest/globals';
import { findForeignWriter, readMeta } from '#platform/kube/mirror/whole-meta.ts';

const bare = { name: 'db', uid: 'u', resourceVersion: '1' };

function writerOf(managedFields: readonly unknown[]): string | null {
  return findForeignWriter(readMeta({ metadata: { ...bare, managedFields } }));
}

describe('metadata', () => {
  it('lack nothing when they are read', () => {
    const whole = readMeta({ metadata: bare });
    expect(whole).toMatchObject({ ...bare, namespace: '', labels: {}, managedFields: [] });
    expect(readMeta({ metadata: { ...bare, labels: { a: 'b' } } }).labels).toEqual({ a: 'b' });
  });

  it('tell who beside Mayfly wrote last', () => {
    const early = { manager: 'kubectl', time: '2026-01-01T00:00:00Z' };
    const late = { manager: 'replicator', time: '2026-01-01T00:00:09Z' };
    const ours = { manager: 'mayfly', time: '2026-01-02T00:00:00Z' };
    expect(writerOf([late, ours, early])).toBe('replicator');
    expect(writerOf([{ manager: 'timeless' }, early])).toBe('kubectl');
    expect(writerOf([early, { ...early, manager: 'second' }])).toBe('second');
  });

  it('tell of nobody where there is nobody, or nothing that can be read', () => {
    expect(writerOf([])).toBeNull();
    expect(writerOf([{ manager: 'mayfly' }, null, 'x', { manager: 7 }])).toBeNull();
  });
});
