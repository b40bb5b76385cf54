import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { parseIni } from '#core/sops/text/parse-ini.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { parseSourceYaml } from '#platform/yaml/parse-source.ts';

/**
 * What two plain files have to share to count as equal: ordered keys, values, types and comments for YAML, JSON and
 * INI, every byte for the others.
 */
export function comparable(format: FileFormat, bytes: Uint8Array): readonly SourceMap[] | string {
  const text = Buffer.from(bytes).toString();
  switch (format) {
    case 'yaml':
      return parseSourceYaml(bytes, 'a', resolveYamlScalar);
    case 'json':
      return [parseJson({ path: 'a', text })];
    case 'ini':
      return [parseIni({ path: 'a', text })];
    case 'dotenv':
    case 'binary':
      return Buffer.from(bytes).toString('latin1');
  }
}
