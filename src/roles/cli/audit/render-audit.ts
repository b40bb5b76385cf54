import type { AuditRecord } from '#core/audit/audit-record.ts';
import type { AuditVerdict } from '#core/audit/verify-chains.ts';

type Output = 'text' | 'json';

export interface ShownVerdict {
  readonly verdict: AuditVerdict;
  /** Files whose last line a crash cut off. */
  readonly torn: readonly string[];
  /** How many heads were compared. */
  readonly anchors: number;
}

/** What `mayfly audit verify` tells: each problem, and what was looked at. */
export function renderAuditVerdict(
  { verdict, torn, anchors }: ShownVerdict,
  output: Output,
): string {
  const { records, problems, heads, cutStarts } = verdict;
  if (output === 'json') {
    const shown = { whole: problems.length === 0, records, chains: heads.size, anchors, torn };
    const starts = [...cutStarts].map(([instance, sequence]) => ({ instance, sequence }));
    return `${JSON.stringify({ ...shown, starts, problems }, null, 2)}\n`;
  }
  const lines = [
    ...problems.map(
      ({ path, line, problem }) => `broken  ${path}${line === 0 ? '' : `:${line}`}: ${problem}`,
    ),
    ...[...cutStarts].map(
      ([instance, sequence]) =>
        `note    ${instance} begins at record ${sequence}: older files are not here`,
    ),
    ...torn.map(
      (path) => `note    ${path}: the last line was cut off by a crash, nothing left for it`,
    ),
    ...(anchors === 0 ? ['note    without --heads an end that was cut off does not show'] : []),
    `${problems.length === 0 ? 'ok     ' : 'failed '} records: ${records}, chains: ${heads.size}, heads compared: ${anchors}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for each record. */
export function renderAuditRecord(record: AuditRecord, output: Output): string {
  if (output === 'json') return `${JSON.stringify(record)}\n`;
  const { time, event, id, fields } = record;
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${renderValue(value)}`);
  return `${[time, event.padEnd(10), id, ...shown].join('  ')}\n`;
}

/** Claims come from outside: what a terminal would act on is made visible. */
function renderValue(value: AuditRecord['fields'][string]): string {
  const text = typeof value === 'object' ? value.join(',') : String(value);
  const plain = /^[-\w./:@,+=~*%#?&]+$/u.test(text);
  return plain ? text : JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}]/gu, escapeChar);
}

function escapeChar(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
