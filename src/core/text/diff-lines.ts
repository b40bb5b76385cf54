/** One line of two texts that are compared. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

const context = 3;
/** Above this the lines in the middle are all told as removed and added: comparing them would take too long. */
const maxCells = 4_000_000;

/** What was removed and added between two texts, with three lines around each change; empty for equal texts. */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
): readonly DiffLine[] {
  const start = countSame(before, after);
  const end = countSame(before.slice(start).toReversed(), after.slice(start).toReversed());
  const middle = compare(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  const head = before.slice(0, start).map((text) => line('same', text));
  const tail = before.slice(before.length - end).map((text) => line('same', text));
  return cut([...head, ...middle, ...tail]);
}

function countSame(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((text, index) => text !== b[index]);
  return Math.min(differs < 0 ? a.length : differs, b.length);
}

/** By the longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > maxCells) {
    return [
      ...before.map((text) => line('removed', text)),
      ...after.map((text) => line('added', text)),
    ];
  }
  const lengths = measure(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const kind = step(before[i] === after[j], at(lengths, i + 1, j) >= at(lengths, i, j + 1));
    lines.push(line(kind, (kind === 'added' ? after[j] : before[i]) ?? ''));
    i += kind === 'added' ? 0 : 1;
    j += kind === 'removed' ? 0 : 1;
  }
  return [
    ...lines,
    ...before.slice(i).map((text) => line('removed', text)),
    ...after.slice(j).map((text) => line('added', text)),
  ];
}

function step(isSame: boolean, isRemoved: boolean): 'same' | 'removed' | 'added' {
  if (isSame) return 'same';
  return isRemoved ? 'removed' : 'added';
}

function measure(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      if (row === undefined) continue;
      row[j] =
        before[i] === after[j]
          ? at(rows, i + 1, j + 1) + 1
          : Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

/** Lines far from any change become one that says how many they are. */
function cut(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = findNear(lines);
  if (near.size === 0) return [];
  const kept: DiffLine[] = [];
  let last = -1;
  for (const index of [...near, lines.length]) {
    const skipped = index - last - 1;
    if (skipped > 0) kept.push(line('skipped', `${skipped} ${skipped === 1 ? 'line' : 'lines'}`));
    const each = lines[index];
    if (each !== undefined) kept.push(each);
    last = index;
  }
  return kept;
}

/** The places of changes and of the lines around them, in order. */
function findNear(lines: readonly DiffLine[]): ReadonlySet<number> {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    const first = Math.max(0, index - context);
    const last = Math.min(lines.length - 1, index + context);
    for (let around = first; around <= last; around += 1) near.add(around);
  }
  return near;
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text };
}
