import { describe, expect, it } from '@jest/globals';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { inDecryptionOrder } from '#core/sops/metadata/decryption-order.ts';
import { flatten, unflatten } from '#core/sops/metadata/flatten.ts';
import { maxRecipients, readMetadata, ruleField } from '#core/sops/metadata/read-metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import { asBoolean, asCount, asMaps, asText, fieldOf } from '#core/sops/metadata/weak.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { expectCode } from '#test/support/expect-code.ts';

const age = [{ recipient: 'age1x', enc: 'wrapped' }];
const least = { age, lastmodified: '2024-01-02T03:04:05Z', mac: 'ENC[x]' };

function mapOf(value: object): SourceMap {
  return parseJson({ path: 'x', text: JSON.stringify(value) });
}

describe('the metadata of a file', () => {
  it('takes the default rule and one group when it says no more', () => {
    const metadata = readMetadata(mapOf(least), 'a.yaml');
    expect(metadata.rule).toEqual({ kind: 'unencrypted-suffix', suffix: '_unencrypted' });
    expect(metadata.keyGroups).toMatchObject([
      [{ kind: 'age', recipient: 'age1x', wrapped: 'wrapped' }],
    ]);
    expect(metadata).toMatchObject({ shamirThreshold: 0, macOnlyEncrypted: false, version: '' });
  });

  it('takes text for numbers and booleans, and null for nothing', () => {
    const more = {
      shamir_threshold: '2',
      mac_only_encrypted: 'true',
      kms: null,
      pgp: [],
      version: 3,
    };
    expect(readMetadata(mapOf({ ...least, ...more }), 'a')).toMatchObject({
      shamirThreshold: 2,
      macOnlyEncrypted: true,
      version: '3',
    });
  });

  it('reads groups only when there is no key at the top', () => {
    const groups = [{ age }, { age, pgp: [{ fp: 'F', enc: 'e' }] }];
    const read = readMetadata(mapOf({ ...least, age: [], key_groups: groups }), 'a').keyGroups;
    expect(read.map((group) => group.map(({ kind }) => kind))).toEqual([['age'], ['pgp', 'age']]);
    expect(readMetadata(mapOf({ ...least, key_groups: groups }), 'a').keyGroups).toHaveLength(1);
  });

  it('holds its lists in the order of sops and tries age first', () => {
    const enc = { enc: 'e', created_at: '2024-01-02T03:04:05Z' };
    const keys = {
      pgp: [{ ...enc, fp: 'p' }],
      hc_vault: [{ ...enc, key_name: 'v' }],
      kms: [{ ...enc, arn: 'k' }],
      azure_kv: [{ ...enc, name: 'z' }],
      gcp_kms: [{ ...enc, resource_id: 'g' }],
      hckms: [{ ...enc, key_id: 'h' }],
    };
    const [group = []] = readMetadata(mapOf({ ...least, ...keys }), 'a').keyGroups;
    expect(group.map(({ recipient }) => recipient)).toEqual([
      'k',
      'g',
      'h',
      'z',
      'v',
      'p',
      'age1x',
    ]);
    expect(inDecryptionOrder(group).map(({ kind }) => kind)).toEqual([
      'age',
      'pgp',
      'kms',
      'gcp_kms',
      'hckms',
      'azure_kv',
      'hc_vault',
    ]);
  });

  it.each([
    ['unencrypted_suffix', 'unencrypted-suffix'],
    ['encrypted_suffix', 'encrypted-suffix'],
    ['unencrypted_regex', 'unencrypted-regex'],
    ['encrypted_regex', 'encrypted-regex'],
    ['unencrypted_comment_regex', 'unencrypted-comment-regex'],
    ['encrypted_comment_regex', 'encrypted-comment-regex'],
  ])('reads the rule %s', (field, kind) => {
    const { rule } = readMetadata(mapOf({ ...least, [field]: 'x' }), 'a');
    expect(rule.kind).toBe(kind);
    expect(ruleField(rule)).toBe(field);
  });

  it.each([
    ['two rules', { encrypted_suffix: 'a', encrypted_regex: 'b' }, 'MAYFLY_SOPS_METADATA'],
    ['no keys', { age: [] }, 'MAYFLY_SOPS_METADATA'],
    ['keys that are no list', { age: 'x' }, 'MAYFLY_SOPS_METADATA'],
    ['keys that are no maps', { age: ['x'] }, 'MAYFLY_SOPS_METADATA'],
    ['a recipient that is no text', { age: [{ recipient: {}, enc: '' }] }, 'MAYFLY_SOPS_METADATA'],
    ['groups that are no list', { age: [], key_groups: 1 }, 'MAYFLY_SOPS_METADATA'],
    ['a stamp that is none', { lastmodified: 'today' }, 'MAYFLY_SOPS_METADATA'],
    ['no stamp', { lastmodified: null }, 'MAYFLY_SOPS_METADATA'],
    ['a threshold that is none', { shamir_threshold: -1 }, 'MAYFLY_SOPS_METADATA'],
    ['a threshold over 255', { shamir_threshold: 256 }, 'MAYFLY_SOPS_METADATA'],
    ['a flag that is none', { mac_only_encrypted: 'perhaps' }, 'MAYFLY_SOPS_METADATA'],
    ['a version that is none', { version: [] }, 'MAYFLY_SOPS_METADATA'],
    ['no MAC', { mac: null }, 'MAYFLY_SOPS_MAC_MISSING'],
    ['an empty MAC', { mac: '' }, 'MAYFLY_SOPS_MAC_MISSING'],
    [
      'too many keys',
      { age: Array.from({ length: maxRecipients + 1 }, () => age[0]) },
      'MAYFLY_SOPS_LIMIT',
    ],
    [
      'too many groups',
      { age: [], key_groups: Array.from({ length: maxRecipients + 1 }, () => ({})) },
      'MAYFLY_SOPS_LIMIT',
    ],
  ] as const)('is refused with %s', async (_, change, code) => {
    const error = await expectCode(
      () => readMetadata(mapOf({ ...least, ...change }), 'b.yaml'),
      code,
    );
    expect(error.message).toContain('b.yaml');
  });
});

describe('weak types', () => {
  it('tell absent from unreadable', () => {
    const map = mapOf({ a: null, list: [1], empty: {}, f: false, n: 0 });
    expect(fieldOf(map, 'a')).toBeUndefined();
    expect([asText(undefined), asCount(undefined), asBoolean(undefined)]).toEqual(['', 0, false]);
    expect([asText(fieldOf(map, 'list')), asCount(fieldOf(map, 'list'))]).toEqual([null, null]);
    expect([asBoolean(fieldOf(map, 'f')), asBoolean(fieldOf(map, 'n'))]).toEqual([false, false]);
    expect(asBoolean(fieldOf(map, 'list'))).toBeNull();
    expect([asMaps(fieldOf(map, 'empty')), asMaps(undefined)]).toEqual([[], []]);
    expect(asMaps(mapOf({ a: 1 }))).toHaveLength(1);
  });
});

describe('flattened metadata', () => {
  it('is nested again and flattened back', () => {
    const nested = mapOf({
      age: [{ enc: 'a', recipient: 'b' }, { enc: 'c' }],
      mac: 'm',
      k: { l: 'v' },
    });
    const flat = flatten(nested, 'sops_');
    expect(flat.map(({ key }) => key)).toEqual([
      'sops_age__list_0__map_enc',
      'sops_age__list_0__map_recipient',
      'sops_age__list_1__map_enc',
      'sops_mac',
      'sops_k__map_l',
    ]);
    expect(unflatten({ kind: 'map', entries: flatten(nested, '') })).toEqual(nested);
  });

  it.each([
    ['a list with holes', 'a__list_1=x\n'],
    ['a list that does not start', 'a__list_x=x\n'],
    ['a value that is a map', 'a=x\na__map_b=y\n'],
    ['a map that is a list', 'a__map_b=x\na__list_0=y\n'],
    ['too many levels', `a${'__map_b'.repeat(30)}=x\n`],
  ])('is refused: %s', (_, text) => {
    expect(unflatten(parseDotenv({ path: 'x', text }))).toBeNull();
  });
});

describe('taking the metadata out', () => {
  const documents = [mapOf({ a: 1, sops: { mac: 'x' } }), mapOf({ sops: 1, b: 2 })];

  it('counts in the first document and goes from all', () => {
    const split = splitMetadata({ path: 'a', format: 'yaml', documents });
    expect(split).toEqual({
      documents: [mapOf({ a: 1 }), mapOf({ b: 2 })],
      block: mapOf({ mac: 'x' }),
    });
  });

  it('finds nothing in a plain file', () => {
    const plain = [mapOf({ a: 1 })];
    expect(splitMetadata({ path: 'a', format: 'yaml', documents: plain })).toBeNull();
    expect(splitMetadata({ path: 'a', format: 'dotenv', documents: plain })).toBeNull();
    expect(splitMetadata({ path: 'a', format: 'dotenv', documents: [] })).toBeNull();
  });

  it('gives INI its line breaks back', () => {
    const ini = [mapOf({ sops: { age__list_0__map_enc: 'a\\nb' } })];
    expect(splitMetadata({ path: 'a', format: 'ini', documents: ini })?.block).toEqual(
      mapOf({ age: [{ enc: 'a\nb' }] }),
    );
  });

  it.each([
    ['yaml', mapOf({ sops: 'x' })],
    ['ini', mapOf({ sops: { a__list_1: 'x' } })],
    ['dotenv', mapOf({ sops_a__list_1: 'x' })],
  ] as const)('refuses metadata that is no map: %s', async (format, document) => {
    await expectCode(
      () => splitMetadata({ path: 'a', format, documents: [document] }),
      'MAYFLY_SOPS_METADATA',
    );
  });
});
