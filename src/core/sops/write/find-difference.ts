import type { SourceMap, SourceNode } from '#core/secret/source-tree.ts';

/**
 * Compares what was to be written with what a reader finds, in all that the MAC depends on: keys, structure, order and
 * the text of values. Types and comments do not count. Returns the path of the first entry that differs, else null.
 */
export function findDifference(
  wanted: readonly SourceMap[],
  found: readonly SourceMap[],
): string | null {
  if (wanted.length !== found.length) return 'documents';
  for (const [at, document] of wanted.entries()) {
    const difference = differenceIn(document, found[at], '');
    if (difference !== null) return difference;
  }
  return null;
}

function differenceIn(
  wanted: SourceNode,
  found: SourceNode | undefined,
  path: string,
): string | null {
  if (wanted.kind !== found?.kind) return path;
  if (wanted.kind === 'map' || wanted.kind === 'list') {
    return differenceInParts(partsOf(wanted), partsOf(found), path);
  }
  return leafText(wanted) === leafText(found) ? null : path;
}

interface Part {
  readonly name: string;
  readonly node: SourceNode;
}

function differenceInParts(
  wanted: readonly Part[],
  found: readonly Part[],
  path: string,
): string | null {
  if (wanted.length !== found.length) return path === '' ? 'top level' : path;
  for (const [at, { name, node }] of wanted.entries()) {
    const other = found[at];
    const inner = path === '' ? name : `${path}.${name}`;
    const difference = other?.name === name ? differenceIn(node, other.node, inner) : inner;
    if (difference !== null) return difference;
  }
  return null;
}

/** What a collection holds beside comments; nothing for a leaf. */
function partsOf(node: SourceNode): readonly Part[] {
  if (node.kind === 'map') {
    return node.entries
      .filter((entry) => entry.kind === 'entry')
      .map(({ key, value }) => ({ name: key, node: value }));
  }
  const items = node.kind === 'list' ? node.items : [];
  return items
    .filter((item) => item.kind !== 'comment')
    .map((item, at) => ({ name: String(at), node: item }));
}

function leafText(node: SourceNode): string {
  return node.kind === 'value' ? node.text : '';
}
