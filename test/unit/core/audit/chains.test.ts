import { describe, expect, it } from '@jest/globals';
import { parseAuditLine, renderAuditLine, startChain } from '#core/audit/audit-record.ts';
import { matchRecord } from '#core/audit/match-record.ts';
import { parseHeads } from '#core/audit/parse-heads.ts';
import { createAuditVerifier, type AuditVerdict } from '#core/audit/verify-chains.ts';
import type { AuditHead } from '#core/ports/broker/audit-log.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';

const now = Date.UTC(2026, 0, 1);

interface Chain {
  readonly lines: readonly string[];
  readonly heads: readonly AuditHead[];
}

function chain(length: number, instance = 'one'): Chain {
  const lines: string[] = [];
  const heads: AuditHead[] = [startChain(instance)];
  for (let at = 1; at <= length; at += 1) {
    const event = {
      id: `id-${at}`,
      event: 'exchange',
      fields: { policy: 'shop/deploy', at },
    } as const;
    const line = renderAuditLine(heads.at(-1) ?? startChain(instance), { event, now }, plainDigest);
    lines.push(line.text);
    heads.push(line.head);
  }
  return { lines, heads };
}

function verify(lines: readonly string[], anchors: readonly AuditHead[] = []): AuditVerdict {
  const verifier = createAuditVerifier(plainDigest, anchors);
  for (const [index, text] of lines.entries()) verifier.add('log', index + 1, text);
  return verifier.finish();
}

function swap(lines: readonly string[], left: number, right: number): readonly string[] {
  return lines.with(left, lines[right] ?? '').with(right, lines[left] ?? '');
}

describe('a chain of audit records', () => {
  it('is whole as it was written', () => {
    const { lines, heads } = chain(5);
    const verdict = verify(lines, heads.slice(-1));
    expect(verdict).toMatchObject({ records: 5, problems: [] });
    expect(verdict.heads.get('one')?.hash).toBe(heads[5]?.hash);
  });

  it('is whole beside the chain of another instance', () => {
    const [one, two] = [chain(2, 'one').lines, chain(2, 'two').lines];
    const mixed = [one[0], two[0], two[1], one[1]].map((line) => line ?? '');
    expect(verify(mixed).problems).toEqual([]);
  });

  it('may begin later, where older files were deleted', () => {
    const verdict = verify(chain(5).lines.slice(2));
    expect(verdict.problems).toEqual([]);
    expect(verdict.cutStarts).toEqual(new Map([['one', 3]]));
  });

  const { lines, heads } = chain(4);
  const changed = (lines[1] ?? '').replace('shop/deploy', 'shop/harmless');
  const forged = parseAuditLine(lines[1] ?? '', plainDigest)?.record;
  const alone = renderAuditLine(
    { instance: 'one', sequence: 1, hash: 'f'.repeat(64) },
    { event: { id: 'x', event: 'exchange', fields: {} }, now },
    plainDigest,
  ).text;

  it.each([
    ['a field was changed', lines.with(1, changed), 'was changed after it was written'],
    [
      'a record was removed',
      lines.toSpliced(1, 1),
      'is record 3 of its instance and stands behind record 1',
    ],
    [
      'a record was put twice',
      lines.toSpliced(1, 0, lines[0] ?? ''),
      'is record 1 of its instance',
    ],
    ['two records changed places', swap(lines, 1, 2), 'is record 3'],
    ['a record was written anew with a right hash', lines.with(1, alone), 'does not continue'],
    ['a line is no record', lines.with(1, '{"instance":"one"}'), 'is no record'],
    ['a line is no JSON', lines.with(1, 'password'), 'is no record'],
    [
      'a member was added',
      lines.with(1, (lines[1] ?? '').replace('{', '{"more":1,')),
      'is no record',
    ],
    ['a space was added', lines.with(1, (lines[1] ?? '').replace('{', '{ ')), 'was changed'],
  ])('shows that %s', (_, broken, problem) => {
    const [first] = verify(broken).problems;
    expect(first).toMatchObject({ path: 'log', line: 2 });
    expect(first?.problem).toContain(problem);
    expect(forged?.id).toBe('id-2');
  });

  it('shows a chain of its own that begins with another hash', () => {
    const first = renderAuditLine(
      { instance: 'two', sequence: 0, hash: 'e'.repeat(64) },
      { event: { id: 'x', event: 'exchange', fields: {} }, now },
      plainDigest,
    ).text;
    expect(verify([first]).problems[0]?.problem).toContain('does not continue');
  });

  it('shows by an anchor that its end was cut off, and by no anchor not', () => {
    const cut = lines.slice(0, 2);
    expect(verify(cut).problems).toEqual([]);
    expect(verify(cut, heads.slice(-1)).problems).toEqual([
      { path: 'instance one', line: 0, problem: 'ends at record 2, and record 4 was anchored' },
    ]);
  });

  it('shows by an anchor that everything was written anew', () => {
    const anew = lines.map((line) => line.replace('shop/deploy', 'shop/harmless'));
    const rewritten = rehash(anew);
    expect(verify(rewritten).problems).toEqual([]);
    expect(verify(rewritten, heads.slice(-1)).problems).toMatchObject([
      { line: 4, problem: 'is not the record that was anchored' },
    ]);
  });
});

/** What somebody does who owns the file: every hash is right again. */
function rehash(lines: readonly string[]): readonly string[] {
  let head = startChain('one');
  return lines.map((line) => {
    const fields: unknown = JSON.parse(line);
    const id = typeof fields === 'object' && fields !== null && 'id' in fields ? fields.id : '';
    const event = {
      id: String(id),
      event: 'exchange',
      fields: { policy: 'shop/harmless' },
    } as const;
    const next = renderAuditLine(head, { event, now }, plainDigest);
    head = next.head;
    return next.text;
  });
}

describe('heads that were kept elsewhere', () => {
  it('are read from among other lines', () => {
    const head = { instance: 'one', sequence: 2, hash: 'a'.repeat(64) };
    const text = `started\n${JSON.stringify({ level: 'info', ...head })}\n{"instance":"one"}\n\n`;
    expect(parseHeads(text)).toMatchObject([head]);
  });
});

describe('a query of the audit log', () => {
  const line = renderAuditLine(
    startChain('one'),
    {
      event: {
        id: 'a',
        event: 'denial',
        fields: { policy: 'shop/deploy', keys: ['x', 'y'], uses: 2 },
      },
      now,
    },
    plainDigest,
  );
  const record = parseAuditLine(line.text, plainDigest)?.record;
  const none = { fields: new Map<string, string>() };

  it.each([
    ['nothing', none, true],
    ['its id', { ...none, id: 'a' }, true],
    ['another id', { ...none, id: 'b' }, false],
    ['its event', { ...none, event: 'denial' }, true],
    ['another event', { ...none, event: 'exchange' }, false],
    ['a time before it', { ...none, since: '2025-12-31T23:59:59Z' }, true],
    ['its own time as the start', { ...none, since: '2026-01-01T00:00:00Z' }, true],
    ['its own time as the end', { ...none, until: '2026-01-01T00:00:00Z' }, false],
    ['a field', { fields: new Map([['policy', 'shop/deploy']]) }, true],
    ['one of several texts', { fields: new Map([['keys', 'y']]) }, true],
    ['a number', { fields: new Map([['uses', '2']]) }, true],
    ['another text', { fields: new Map([['policy', 'shop']]) }, false],
    ['a field that is not there', { fields: new Map([['store', 'app']]) }, false],
    ['a field of every object', { fields: new Map([['constructor', 'x']]) }, false],
  ])('by %s', (_, query, isFound) => {
    expect(record === undefined ? null : matchRecord(record, query)).toBe(isFound);
  });
});
