import { describe, expect, it } from '@jest/globals';
import { maxSecretBytes } from '#core/sync/content/check-size.ts';
import { renderManifests, wipeSecret } from '#core/sync/content/render-manifests.ts';
import type { DecryptedFile } from '#core/ports/decryptor.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { aManifest, toNode } from '#test/support/memory/memory-decryptor.ts';

function aFile(documents: readonly unknown[]): DecryptedFile {
  return {
    format: 'yaml',
    documents: documents.map(toNode),
    lastModified: 0,
    wipe: () => undefined,
  };
}

describe('a file of manifests', () => {
  it('gives a Secret for each document, and skips empty ones', () => {
    const file = aFile([null, aManifest('a', { k: '1' }), null, aManifest('b', { k: '2' })]);
    const secrets = renderManifests(file, 'apps/all.yaml', 'prod');
    expect(secrets.map(({ name }) => name)).toEqual(['a', 'b']);
    secrets.forEach(wipeSecret);
    expect(secrets.every(({ values }) => values.get('k')?.isWiped)).toBe(true);
  });

  it.each<[string, readonly unknown[]]>([
    ['MAYFLY_SYNC_EMPTY', []],
    ['MAYFLY_SYNC_EMPTY', [null, null]],
    ['MAYFLY_SYNC_NAME_DUPLICATE', [aManifest('a', { k: '1' }), aManifest('a', { k: '2' })]],
    ['MAYFLY_SYNC_MANIFEST_INVALID', [aManifest('a', { k: '1' }), { kind: 'List' }]],
    ['MAYFLY_SYNC_TOO_LARGE', [aManifest('a', { k: 'x'.repeat(maxSecretBytes) })]],
  ])('is refused as a whole (%s), and leaves nothing unwiped', async (code, documents) => {
    const file = aFile(documents);
    const countUnwiped = trackSecrets();
    await expectCode(
      () => renderManifests(file, 'apps/all.yaml', 'prod'),
      code as 'MAYFLY_SYNC_EMPTY',
    );
    expect(countUnwiped()).toBe(0);
  });
});
