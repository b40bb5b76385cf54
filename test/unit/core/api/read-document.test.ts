import { describe, expect, it } from '@jest/globals';
import { readDocument } from '#core/api/read-document.ts';

const document = { apiVersion: 'mayfly.dev/v1alpha1', kind: 'Store', metadata: { name: 'a' } };

describe('a document', () => {
  it('is an object of ours, in the namespace default unless told', () => {
    expect(readDocument({ ...document, spec: { a: 1 } })).toMatchObject({
      kind: 'Store',
      metadata: { name: 'a', namespace: 'default', labels: {} },
      spec: { a: 1 },
    });
    const metadata = { name: 'a', namespace: 'shop', uid: 'of the cluster' };
    expect(readDocument({ ...document, metadata })?.metadata.namespace).toBe('shop');
  });

  it('of a kind of the cluster has no namespace', () => {
    expect(readDocument({ ...document, kind: 'TokenIssuer' })?.metadata.namespace).toBe('');
  });

  it.each([
    [null],
    [{ ...document, apiVersion: 'v1' }],
    [{ ...document, kind: 'Secret' }],
    [{ ...document, metadata: {} }],
  ])('may be none: %j', (other) => {
    expect(readDocument(other)).toBeNull();
  });
});
