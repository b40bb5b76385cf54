import { posix } from 'node:path';
import { adapterFolder } from './boundaries.ts';
import { countCodeLines, type SourceFile } from './source-files.ts';

const maxFilesInFolder = 12;

/** Tables: one row after the other, read by looking up. Their length says nothing. */
const tables = [/^src\/core\/errors\/codes\//u, /-schema\.ts$/u, /-table\.ts$/u];

/** The most lines of code (neither blank nor comment) that a whole part may have. */
const budgets: readonly (readonly [RegExp, number])[] = [
  // A file format and a language are as large as their specification; the rules of Mayfly itself are to stay readable in a day.
  [
    /^(src\/core)\/(?!sops\/|age\/|git\/|template\/|format\/|injection\/|identity\/|trust\/|broker\/)/u,
    6000,
  ],
  // Three injectors' words are understood: see docs/adr/0009-injection.md.
  [/^(src\/core\/injection)\//u, 2500],
  // The tokens of nine systems, each in its own words.
  [/^(src\/core\/identity)\//u, 800],
  // Whom policies mean, and the mistakes that others published.
  [/^(src\/core\/trust)\//u, 700],
  // The way of a request, in three protocols, and how clients speak the first.
  [/^(src\/core\/broker)\//u, 1700],
  [/^(src\/core\/(?:sops|age))\//u, 3000],
  // What git prints and how it is called: as large as its protocol.
  [/^(src\/core\/git)\//u, 1200],
  [/^(src\/core\/(?:template|format))\//u, 2000],
  [adapterFolder, 600],
  [/^(webhook)\//u, 400],
];

export function findLongFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => !isTable(file.path))
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > maxLinesOf(path))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

export function findFullFolders(files: readonly SourceFile[]): readonly string[] {
  const counts = Map.groupBy(files, (file) => posix.dirname(file.path));
  return [...counts]
    .filter(([folder, inside]) => inside.length > maxFilesInFolder && !isTable(`${folder}/`))
    .map(([folder, inside]) => `${folder}: ${inside.length} files`);
}

export function findLargeParts(files: readonly SourceFile[]): readonly string[] {
  const totals = new Map<string, { lines: number; limit: number }>();
  for (const file of files.filter(({ path }) => !isTable(path))) {
    for (const [pattern, limit] of budgets) {
      const part = pattern.exec(file.path)?.[1];
      if (part === undefined) continue;
      const lines = (totals.get(part)?.lines ?? 0) + countCodeLines(file);
      totals.set(part, { lines, limit });
    }
  }
  return [...totals]
    .filter(([, { lines, limit }]) => lines > limit)
    .map(([part, { lines, limit }]) => `${part}: ${lines} lines of code, at most ${limit}`);
}

function isTable(path: string): boolean {
  return tables.some((table) => table.test(path));
}

/** A test reads from the top down, one case after the other, and may be longer. */
function maxLinesOf(path: string): number {
  if (path.startsWith('src/core/')) return 200;
  return path.startsWith('test/') ? 400 : 250;
}
