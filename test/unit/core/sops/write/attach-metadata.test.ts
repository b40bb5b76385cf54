import { describe, expect, it } from '@jest/globals';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { readMetadata } from '#core/sops/metadata/read-metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import { attachMetadata } from '#core/sops/write/attach-metadata.ts';
import { renderMetadata } from '#core/sops/write/render-metadata.ts';
import { keysOf, newMetadata } from '#test/support/sops/new-metadata.ts';

const document: SourceMap = {
  kind: 'map',
  entries: [{ kind: 'entry', key: 'a', value: { kind: 'value', type: 'str', text: 'ENC[a]' } }],
};

describe('the metadata of a written file', () => {
  it.each(['yaml', 'json', 'binary', 'dotenv', 'ini'] as const satisfies readonly FileFormat[])(
    'is read back as it was written: %s',
    (format) => {
      const documents = attachMetadata([document], renderMetadata(newMetadata), format);
      const split = splitMetadata({ path: 'a', format, documents });
      expect(split?.documents).toEqual([document]);
      const read = readMetadata(split?.block ?? document, 'a');
      expect(read).toMatchObject({
        ...newMetadata,
        keyGroups: [
          newMetadata.keyGroups[0]?.map(({ recipient, wrapped }) => ({ recipient, wrapped })),
        ],
      });
    },
  );

  it('is sorted and flat in dotenv, behind a prefix', () => {
    const [flat] = attachMetadata([document], renderMetadata(newMetadata), 'dotenv');
    expect(keysOf(flat ?? document)).toEqual([
      'a',
      'sops_age__list_0__map_enc',
      'sops_age__list_0__map_recipient',
      'sops_age__list_1__map_enc',
      'sops_age__list_1__map_recipient',
      'sops_encrypted_regex',
      'sops_lastmodified',
      'sops_mac',
      'sops_mac_only_encrypted',
      'sops_version',
    ]);
  });

  it('stands in every document of a stream', () => {
    const documents = attachMetadata([document, document], renderMetadata(newMetadata), 'yaml');
    expect(documents.map(keysOf)).toEqual([
      ['a', 'sops'],
      ['a', 'sops'],
    ]);
  });
});
