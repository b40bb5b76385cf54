import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { validate } from '#core/api/schema/validate.ts';
import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Decision } from '#core/trust/decision.ts';
import { explainPolicy } from '#core/trust/explain-policy.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { readInput } from '../files/read-input.ts';
import type { Terminal } from '../frame/terminal.ts';
import { parseRequest } from './parse-request.ts';
import { readClaims } from './read-claims.ts';
import { readPolicyObjects, readPolicyWorld, type PolicyWorld } from './read-policy-file.ts';

const caseSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    claims: Type.Optional(Type.Unknown()),
    token: Type.Optional(Type.String()),
    references: Type.Optional(Type.Array(Type.String())),
    expect: Type.Enum(['grant', 'deny'], { type: 'string' }),
    clause: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const casesSchema = Type.Object(
  {
    policy: Type.Object(
      { file: Type.String({ minLength: 1 }), name: Type.Optional(Type.String()) },
      { additionalProperties: false },
    ),
    cases: Type.Array(caseSchema, { minItems: 1 }),
  },
  { additionalProperties: false },
);

type Case = Type.Static<typeof caseSchema>;

interface Result {
  readonly file: string;
  readonly name: string;
  readonly expected: string;
  readonly decided: string;
  readonly ok: boolean;
}

/** `mayfly policy test FILE…`: what policies decide about examples, against what is expected of them. */
export async function runCases(
  terminal: Terminal,
  files: readonly string[],
  output: 'text' | 'json',
): Promise<void> {
  const results: Result[] = [];
  for (const file of files) results.push(...(await runFile(terminal, file)));
  terminal.stdout.write(
    output === 'json'
      ? `${JSON.stringify(results, null, 2)}\n`
      : results.map(renderResult).join(''),
  );
  const count = results.filter(({ ok }) => !ok).length;
  if (count > 0) throw createError('MAYFLY_POLICY_CASES', { count });
}

async function runFile(terminal: Terminal, file: string): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const document of parsePlainYaml(await readInput(terminal, file), file)) {
    const parsed = validate(casesSchema, document, file);
    if (parsed.kind === 'invalid') {
      throw parsed.errors[0] ?? createError('MAYFLY_INTERNAL_BUG', { where: 'the cases' });
    }
    const { policy, cases } = parsed.value;
    const place = join(dirname(file), policy.file);
    const world = readPolicyWorld(await readPolicyObjects(terminal, place));
    const chosen = choosePolicy(world, policy.name, place);
    results.push(...cases.map((each) => runCase({ file, world, policy: chosen }, each)));
  }
  return results;
}

function choosePolicy(
  { policies }: PolicyWorld,
  name: string | undefined,
  file: string,
): AccessPolicy {
  const [found, ...others] = policies.filter(
    (policy) => name === undefined || policy.name === name,
  );
  if (found === undefined) throw createError('MAYFLY_POLICY_NOT_FOUND', { place: file });
  if (others.length === 0) return found;
  const reason = `${file} has several policies: policy.name has to say which`;
  throw createError('MAYFLY_CLI_USAGE', { reason });
}

interface Setting {
  readonly file: string;
  readonly world: PolicyWorld;
  readonly policy: AccessPolicy;
}

function runCase({ file, world, policy }: Setting, each: Case): Result {
  const text = each.token ?? JSON.stringify(each.claims ?? {});
  const claims = readClaims(new TextEncoder().encode(text));
  const request = parseRequest(each.references ?? []);
  const { decision } = explainPolicy(policy, { ...world, claims, request });
  const { expect, clause } = each;
  const ok = isExpected(decision, each);
  const expected = clause === undefined ? expect : `${expect} at ${clause}`;
  return { file, name: each.name, expected, decided: nameDecision(decision), ok };
}

function isExpected(decision: Decision, { expect, clause }: Case): boolean {
  if (decision.kind === 'grant') return expect === 'grant';
  return expect === 'deny' && (clause === undefined || clause === decision.clause);
}

function nameDecision(decision: Decision): string {
  return decision.kind === 'grant' ? 'grant' : `deny at ${decision.clause}`;
}

function renderResult({ file, name, expected, decided, ok }: Result): string {
  if (ok) return `ok      ${name} (${file}): ${decided}\n`;
  return `failed  ${name} (${file}): expected ${expected}, but ${decided}\n`;
}
