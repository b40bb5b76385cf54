import type { SourceEntry, SourceMap, SourceNode } from '#core/secret/source-tree.ts';

/** Metadata in dotenv and INI files: nested keys written in one, `age__list_0__map_enc`. */

const separator = /__(map|list)_/gu;

type Step =
  { readonly kind: 'map'; readonly key: string } | { readonly kind: 'list'; readonly at: number };

interface Branch {
  value: SourceNode | null;
  readonly keys: Map<string, Branch>;
  readonly positions: Map<number, Branch>;
}

const maxSteps = 20;

/**
 * Rebuilds the tree of flattened keys. Null when keys contradict each other: a value that is also a map, a list
 * with holes, the same key twice.
 */
export function unflatten(map: SourceMap): SourceMap | null {
  const root = createBranch();
  for (const entry of map.entries) {
    if (entry.kind === 'entry' && !place(root, entry)) return null;
  }
  const tree = toNode(root);
  return tree?.kind === 'map' ? tree : null;
}

function createBranch(): Branch {
  return { value: null, keys: new Map(), positions: new Map() };
}

function place(root: Branch, entry: SourceEntry): boolean {
  const steps = parseSteps(entry.key);
  if (steps === null) return false;
  const branch = steps.reduce((from, step) => descend(from, step), root);
  if (branch.value !== null) return false;
  branch.value = entry.value;
  return true;
}

function parseSteps(key: string): readonly Step[] | null {
  const parts = key.split(separator);
  if (parts.length > 2 * maxSteps) return null;
  const steps: Step[] = [{ kind: 'map', key: parts[0] ?? '' }];
  for (let at = 1; at < parts.length; at += 2) {
    const text = parts[at + 1] ?? '';
    if (parts[at] === 'map') steps.push({ kind: 'map', key: text });
    else if (/^(?:0|[1-9][0-9]{0,5})$/u.test(text)) steps.push({ kind: 'list', at: Number(text) });
    else return null;
  }
  return steps;
}

function descend(from: Branch, step: Step): Branch {
  const known = step.kind === 'map' ? from.keys.get(step.key) : from.positions.get(step.at);
  if (known !== undefined) return known;
  const branch = createBranch();
  if (step.kind === 'map') from.keys.set(step.key, branch);
  else from.positions.set(step.at, branch);
  return branch;
}

function toNode(branch: Branch): SourceNode | null {
  const { value, keys, positions } = branch;
  if (Number(value !== null) + Number(keys.size > 0) + Number(positions.size > 0) > 1) return null;
  if (value !== null) return value;
  return positions.size > 0 ? toList(positions) : toMap(keys);
}

function toMap(keys: ReadonlyMap<string, Branch>): SourceMap | null {
  const entries: SourceEntry[] = [];
  for (const [key, branch] of keys) {
    const value = toNode(branch);
    if (value === null) return null;
    entries.push({ kind: 'entry', key, value });
  }
  return { kind: 'map', entries };
}

function toList(positions: ReadonlyMap<number, Branch>): SourceNode | null {
  const items: SourceNode[] = [];
  for (let at = 0; at < positions.size; at += 1) {
    const branch = positions.get(at);
    const item = branch === undefined ? null : toNode(branch);
    if (item === null) return null;
    items.push(item);
  }
  return { kind: 'list', items };
}

/** Writes a nested tree as flat entries, each key behind the prefix; comments are left out. */
export function flatten(map: SourceMap, prefix: string): readonly SourceEntry[] {
  return map.entries.flatMap((entry) =>
    entry.kind === 'entry' ? flattenNode(entry.value, `${prefix}${entry.key}`) : [],
  );
}

function flattenNode(node: SourceNode, key: string): readonly SourceEntry[] {
  if (node.kind === 'map') return flatten(node, `${key}__map_`);
  if (node.kind !== 'list') return [{ kind: 'entry', key, value: node }];
  return node.items
    .filter((item) => item.kind !== 'comment')
    .flatMap((item, at) => flattenNode(item, `${key}__list_${at}`));
}
