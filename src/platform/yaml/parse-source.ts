import type { ResolveScalar, SourceMap } from '#core/secret/source-tree.ts';
import { decodeYaml, parseDocuments } from './parse-documents.ts';
import { readBlockYaml } from './read-block.ts';
import { readSourceDocuments } from './read-source.ts';

/**
 * Reads a YAML stream into ordered documents that keep comments, with scalars typed by `resolve`. Every document is a
 * map; an empty one is a map without entries. Aliases are expanded, `<<` is a key like any other.
 *
 * Throws `MAYFLY_YAML_SYNTAX`, `MAYFLY_YAML_DUPLICATE_KEY`, `MAYFLY_YAML_UNSUPPORTED` (a root that is no map, keys
 * that are not text, typed tags) and `MAYFLY_YAML_LIMIT`, each with `name` and the line, never with the text.
 */
export function parseSourceYaml(
  bytes: Uint8Array,
  name: string,
  resolve: ResolveScalar,
): SourceMap[] {
  const text = decodeYaml(bytes, name);
  return readBlockYaml(text, resolve) ?? readSourceDocuments(parseDocuments(text, name), resolve);
}
