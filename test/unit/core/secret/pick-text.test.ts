import { describe, expect, it } from '@jest/globals';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import { pickEntry, pickText } from '#core/secret/pick-text.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';

const map: SecretMap = parseSecretJson(Buffer.from('{"a":"text","b":1,"c":{}}')) ?? {
  kind: 'map',
  entries: [],
};

describe('picking out of a map', () => {
  it('finds a text by its key, and nothing that is no text', () => {
    expect(Buffer.from(pickText(map, 'a')?.expose() ?? []).toString()).toBe('text');
    expect(['b', 'c', 'd', '__proto__'].map((key) => pickText(map, key))).toEqual(
      Array.from({ length: 4 }, () => null),
    );
  });

  it('finds whatever there is', () => {
    expect(pickEntry(map, 'c')?.kind).toBe('map');
    expect(pickEntry(map, 'd')).toBeNull();
  });
});
