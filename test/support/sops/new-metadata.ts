import type { SourceMap } from '#core/secret/source-tree.ts';
import { createAgeKey, type NewMetadata } from '#core/sops/write/render-metadata.ts';

export const armoredKey =
  '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n';

/** Metadata as a writer makes it, with every field that a file of age recipients can have. */
export const newMetadata: NewMetadata = {
  keyGroups: [[createAgeKey('age1one', armoredKey), createAgeKey('ssh-rsa AAAA', armoredKey)]],
  shamirThreshold: 0,
  lastModified: { text: '2026-11-22T18:47:33Z', instant: Date.UTC(2026, 10, 22, 18, 47, 33) },
  mac: 'ENC[mac]',
  rule: { kind: 'encrypted-regex', pattern: '^(data|stringData)$' },
  macOnlyEncrypted: true,
  version: '3.13.3',
};

export function keysOf(map: SourceMap): string[] {
  return map.entries.map((entry) => (entry.kind === 'entry' ? entry.key : '#'));
}
