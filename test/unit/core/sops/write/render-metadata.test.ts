import { describe, expect, it } from '@jest/globals';
import { createAgeKey, renderMetadata } from '#core/sops/write/render-metadata.ts';
import { armoredKey, keysOf, newMetadata } from '#test/support/sops/new-metadata.ts';

describe('the metadata that a writer makes', () => {
  it('has its fields in the order of sops', () => {
    expect(keysOf(renderMetadata(newMetadata))).toEqual([
      'age',
      'lastmodified',
      'mac',
      'encrypted_regex',
      'mac_only_encrypted',
      'version',
    ]);
  });

  it('names no rule for a binary file', () => {
    expect(keysOf(renderMetadata({ ...newMetadata, rule: null, macOnlyEncrypted: false }))).toEqual(
      ['age', 'lastmodified', 'mac', 'version'],
    );
  });

  it('puts back keys of other kinds where sops has them', () => {
    const other = { ...createAgeKey('fp', 'enc'), kind: 'pgp' };
    const keyGroups = [[other, createAgeKey('age1one', armoredKey)]];
    expect(keysOf(renderMetadata({ ...newMetadata, keyGroups })).slice(0, 4)).toEqual([
      'age',
      'lastmodified',
      'mac',
      'pgp',
    ]);
  });

  it('lists key groups and their threshold when there are several', () => {
    const keyGroups = [
      [createAgeKey('age1one', armoredKey)],
      [createAgeKey('age1two', armoredKey)],
    ];
    const block = renderMetadata({ ...newMetadata, keyGroups, shamirThreshold: 2 });
    expect(keysOf(block).slice(0, 3)).toEqual(['shamir_threshold', 'key_groups', 'lastmodified']);
  });
});
