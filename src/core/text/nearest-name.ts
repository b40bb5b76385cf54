/**
 * The known name that was probably meant: the one with the fewest edits, letter case aside, when these are at most a
 * third of its length. Null when none is near. Names longer than 100 characters are never near.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const most = Math.max(1, Math.floor(candidate.length / 3));
    // Each letter more or less is an edit. Somebody may send thousands of names.
    if (Math.abs(name.length - candidate.length) > most) continue;
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= most) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

/** Levenshtein distance, row by row. */
function countEdits(from: string, to: string): number {
  if (from.length > 100 || to.length > 100) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) row = nextRow(row, letter, to);
  return row.at(-1) ?? 0;
}

function nextRow(row: readonly number[], letter: string, to: string): number[] {
  let diagonal = 0;
  let left = 0;
  return row.map((above, column) => {
    const replaced = diagonal + (to[column - 1] === letter ? 0 : 1);
    left = column === 0 ? above + 1 : Math.min(replaced, above + 1, left + 1);
    diagonal = above;
    return left;
  });
}
