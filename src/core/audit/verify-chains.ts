import type { AuditHead } from '../ports/broker/audit-log.ts';
import type { Digest } from '../ports/digest.ts';
import { parseAuditLine, startChain, type AuditRecord, type ParsedLine } from './audit-record.ts';

/** One place where the log is not what was written. */
export interface AuditProblem {
  readonly path: string;
  /** From 1; 0 where a whole end is missing. */
  readonly line: number;
  readonly problem: string;
}

export interface AuditVerdict {
  readonly records: number;
  readonly problems: readonly AuditProblem[];
  /** By instance: where each chain ends. */
  readonly heads: ReadonlyMap<string, AuditHead>;
  /** Chains whose first records are not there any more, as after a rotation: the first sequence that is. */
  readonly cutStarts: ReadonlyMap<string, number>;
}

/** Follows the chains of a log line by line, oldest file first. */
export interface AuditVerifier {
  /** The record of a line, for whoever looks at it too; null when it cannot be read. */
  add(path: string, line: number, text: string): AuditRecord | null;
  finish(): AuditVerdict;
}

/**
 * Finds a record that was changed, removed, moved or put in, and by the heads that were anchored elsewhere an end that
 * was cut off or written anew.
 */
export function createAuditVerifier(
  digest: Pick<Digest, 'sha256Hex'>,
  anchors: readonly AuditHead[],
): AuditVerifier {
  const heads = new Map<string, AuditHead>();
  const cutStarts = new Map<string, number>();
  const problems: AuditProblem[] = [];
  const anchored = new Map(anchors.map((anchor) => [nameOf(anchor), anchor.hash]));
  let records = 0;

  function judge({ record, isWhole }: ParsedLine): string | null {
    if (!isWhole) return 'was changed after it was written';
    const head = heads.get(record.instance);
    if (head === undefined && record.sequence > 1) cutStarts.set(record.instance, record.sequence);
    const hash = anchored.get(nameOf(record)) ?? record.hash;
    return hash === record.hash ? findBreak(head, record) : 'is not the record that was anchored';
  }

  return {
    add(path, line, text) {
      records += 1;
      const parsed = parseAuditLine(text, digest);
      const problem = parsed === null ? 'is no record' : judge(parsed);
      if (problem !== null) problems.push({ path, line, problem });
      if (parsed !== null) heads.set(parsed.record.instance, parsed.record);
      return parsed?.record ?? null;
    },
    finish: () => ({
      records,
      problems: [...problems, ...anchors.flatMap((anchor) => checkEnd(anchor, heads))],
      heads,
      cutStarts,
    }),
  };
}

function nameOf({ instance, sequence }: AuditHead): string {
  return `${instance}/${sequence}`;
}

function findBreak(head: AuditHead | undefined, record: AuditRecord): string | null {
  const { instance, sequence, previous } = record;
  if (head === undefined && sequence > 1) return null;
  const before = head ?? startChain(instance);
  if (sequence !== before.sequence + 1) {
    return `is record ${sequence} of its instance and stands behind record ${before.sequence}`;
  }
  return previous === before.hash ? null : 'does not continue the record before it';
}

function checkEnd(
  { instance, sequence }: AuditHead,
  heads: ReadonlyMap<string, AuditHead>,
): readonly AuditProblem[] {
  const end = heads.get(instance)?.sequence ?? 0;
  if (end >= sequence) return [];
  const problem = `ends at record ${end}, and record ${sequence} was anchored`;
  return [{ path: `instance ${instance}`, line: 0, problem }];
}
