import type { SourceComment, SourceList, SourceMap, SourceNode } from '#core/secret/source-tree.ts';

/**
 * Turns the encrypted comments of lists into values, as SOPS writes them there. `sealed` holds the comments that were
 * encrypted: by its text alone a comment could be taken for one.
 */
export function moveListComments(map: SourceMap, sealed: ReadonlySet<SourceComment>): SourceMap {
  return {
    kind: 'map',
    entries: map.entries.map((entry) =>
      entry.kind === 'comment' ? entry : { ...entry, value: moveIn(entry.value, sealed) },
    ),
  };
}

function moveIn(node: SourceNode, sealed: ReadonlySet<SourceComment>): SourceNode {
  if (node.kind === 'map') return moveListComments(node, sealed);
  return node.kind === 'list' ? moveInList(node, sealed) : node;
}

function moveInList(list: SourceList, sealed: ReadonlySet<SourceComment>): SourceList {
  const items = list.items.map((item) => {
    if (item.kind !== 'comment') return moveIn(item, sealed);
    return sealed.has(item) ? ({ kind: 'value', type: 'str', text: item.text } as const) : item;
  });
  return { kind: 'list', items };
}
