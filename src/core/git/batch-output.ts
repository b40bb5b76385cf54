const lineBreak = 10;
const maxHeader = 128;

/**
 * Splits what `git cat-file --batch` answered for these ids, in their order, into the contents. Null when an
 * answer is missing, cut or for something else.
 */
export function parseBatchOutput(
  output: Uint8Array,
  ids: readonly string[],
): readonly Uint8Array[] | null {
  const contents: Uint8Array[] = [];
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf(lineBreak, at);
    if (end < 0 || end - at > maxHeader) return null;
    const [name, type, size] = String.fromCharCode(...output.subarray(at, end)).split(' ');
    const stop = end + 1 + Number(size);
    if (name !== id || type !== 'blob' || output[stop] !== lineBreak) return null;
    contents.push(output.subarray(end + 1, stop));
    at = stop + 1;
  }
  return at === output.length ? contents : null;
}

/**
 * Cuts the ids into runs, in order, whose sizes together stay under `maxBytes`; a larger one stands alone. Ids
 * without a size count as nothing.
 */
export function splitBySize(
  ids: readonly string[],
  sizes: ReadonlyMap<string, number>,
  maxBytes: number,
): readonly (readonly string[])[] {
  const runs: string[][] = [];
  let size = Infinity;
  for (const id of ids) {
    size += sizes.get(id) ?? 0;
    if (size > maxBytes) {
      runs.push([]);
      size = sizes.get(id) ?? 0;
    }
    runs.at(-1)?.push(id);
  }
  return runs;
}
