import type { Figure } from './benchmark.ts';

const head = ['benchmark', 'value', 'unit', 'peer', 'ratio', 'target', 'met'];

/** The figures as a table for a terminal. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = [head, ...figures.map((figure) => renderRow(figure))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function renderRow(figure: Figure): readonly string[] {
  return [
    figure.name,
    String(figure.value),
    figure.unit,
    figure.peer === null ? '–' : String(figure.peer),
    figure.ratio === null ? '–' : `${figure.ratio.toFixed(2)} x`,
    figure.target ?? '–',
    renderVerdict(figure.ok),
  ];
}

function renderVerdict(ok: boolean | null): string {
  if (ok === null) return '–';
  return ok ? 'yes' : 'NO';
}
