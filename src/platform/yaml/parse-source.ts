import { createError } from '#core/errors/mayfly-error.ts';
import type { ResolveScalar, SourceMap } from '#core/secret/source-tree.ts';
import { lineAt } from './budget.ts';
import { decodeYaml, parseDocuments } from './parse-documents.ts';
import { readBlockYaml } from './read-block.ts';
import { readSourceDocuments } from './read-source.ts';

/** Line breaks to some YAML readers and none to others; go-yaml, which sops uses, breaks at them. */
const oddBreaks = /[\u0085\u2028\u2029]|\r(?!\n)/gu;

/**
 * Reads a YAML stream into ordered documents that keep comments, with scalars typed by `resolve`. Every document is a
 * map; an empty one is a map without entries. Aliases are expanded, `<<` is a key like any other.
 *
 * Throws `MAYFLY_YAML_SYNTAX`, `MAYFLY_YAML_DUPLICATE_KEY`, `MAYFLY_YAML_UNSUPPORTED` (a root that is no map, keys
 * that are not text, typed tags, line breaks other than LF and CRLF) and `MAYFLY_YAML_LIMIT`, each with `name` and the line, never with the text.
 */
export function parseSourceYaml(
  bytes: Uint8Array,
  name: string,
  resolve: ResolveScalar,
): SourceMap[] {
  const text = decodeSource(bytes, name);
  return readBlockYaml(text, resolve) ?? readSourceDocuments(parseDocuments(text, name), resolve);
}

/** Reads only what takes no noticeable time: the style that sops writes. Null for anything else. */
export function parseSimpleYaml(
  bytes: Uint8Array,
  name: string,
  resolve: ResolveScalar,
): SourceMap[] | null {
  return readBlockYaml(decodeSource(bytes, name), resolve);
}

function decodeSource(bytes: Uint8Array, name: string): string {
  const text = decodeYaml(bytes, name);
  const odd = text.search(oddBreaks);
  if (odd === -1) return text;
  const line = lineAt(text, odd);
  throw createError('MAYFLY_YAML_UNSUPPORTED', { feature: 'an unusual line break', name, line });
}
