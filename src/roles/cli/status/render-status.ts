import type { Instant } from '#core/ports/time.ts';
import type { StatusFault, StatusRow } from '#core/status/status-answer.ts';

const columns = ['KIND', 'NAMESPACE/NAME', 'READY', 'REASON', 'REVISION', 'EXPIRES', 'SECRETS'];
const shortRevision = 12;

/** What is shown: of the program on a machine, or of a cluster. */
export interface ShownStatus {
  readonly objects: readonly StatusRow[];
  readonly faults: readonly StatusFault[];
}

/** The table of `mayfly status`, and below it why something is not ready. */
export function renderStatus(answer: ShownStatus, now: Instant): string {
  const rows = answer.objects.map((row) => renderRow(row, now));
  const lines = rows.length === 0 ? ['no objects'] : renderTable([columns, ...rows]);
  const notes = [...answer.objects.flatMap(renderNotes), ...answer.faults.map(renderFault)];
  const below = notes.length === 0 ? [] : ['', ...notes];
  return `${[...lines, ...below].join('\n')}\n`;
}

function renderRow(row: StatusRow, now: Instant): readonly string[] {
  return [
    row.kind,
    `${row.namespace}/${row.name}`,
    row.ready,
    row.reason,
    row.revision?.slice(0, shortRevision) ?? '-',
    row.expiresAt === undefined ? '-' : renderTimeLeft(Date.parse(row.expiresAt) - now),
    row.secrets === undefined ? '-' : String(row.secrets),
  ];
}

/** `in 1h5m`, `in 12s`, `overdue`. */
function renderTimeLeft(leftMs: number): string {
  if (Number.isNaN(leftMs)) return '-';
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds <= 0) return 'overdue';
  if (seconds < 60) return `in ${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `in ${minutes}m${seconds % 60}s`;
  return `in ${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function renderNotes(row: StatusRow): readonly string[] {
  const about = `${row.namespace}/${row.name}`;
  const code = row.code === undefined ? '' : ` [${row.code}]`;
  const why = row.ready === 'True' ? [] : [`${about}: ${row.message}${code}`];
  // The condition tells the first failure already, with its hint.
  const others = row.failures.filter(({ message }) => !why.some((line) => line.includes(message)));
  const failures = others.map((each) => `${about}: ${each.message} [${each.code}]`);
  return [...why, ...failures];
}

function renderFault({ path, message, code, hint }: StatusFault): string {
  const next = hint === '' ? '' : `; ${hint}`;
  return `${path}: ${message}${next} [${code}]`;
}
