import type { PatchStep } from '#core/injection/patch/diff-json.ts';

/** Applies `add` and `replace` of a JSON patch, RFC 6902, to a copy. */
export function applyPatch(document: unknown, steps: readonly PatchStep[]): unknown {
  // Not structuredClone: parts that two places share have to become two.
  let root: unknown = JSON.parse(JSON.stringify(document));
  for (const { op, path, value } of steps) {
    const keys = path.split('/').slice(1).map(unescapeKey);
    const last = keys.pop();
    if (last === undefined) {
      root = value;
      continue;
    }
    let parent: unknown = root;
    for (const key of keys) parent = (parent as Record<string, unknown>)[key];
    if (Array.isArray(parent)) {
      parent.splice(Number(last), op === 'add' ? 0 : 1, value);
    } else {
      (parent as Record<string, unknown>)[last] = value;
    }
  }
  return root;
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
