import { formatReference, type Reference } from '#core/reference/reference.ts';
import type { AccessRequest, Grant } from '#core/trust/decision.ts';
import type { PolicyExplanation, SubjectExplanation } from '#core/trust/explain-policy.ts';
import type { ClauseResult } from '#core/trust/match-subject.ts';
import type { Paint } from './render-explanation.ts';

/** What a person reads about one policy and a token. */
export function renderTokenExplanation(
  { policy, decision, subjects }: PolicyExplanation,
  { references }: Pick<AccessRequest, 'references'>,
  paint: Paint,
): string {
  return [
    decision.kind === 'grant'
      ? paint('green', `${policy}: would grant, for ${decision.ttlMs / 1_000} s at most`)
      : paint('red', `${policy}: would deny, at ${decision.clause}`),
    ...(decision.kind === 'grant' ? renderKeys(decision, references) : []),
    ...(decision.kind === 'denial' && decision.would !== null
      ? ['  the mode is Audit: it would grant otherwise']
      : []),
    ...subjects.flatMap((subject) => renderSubject(subject, paint)),
    '',
  ].join('\n');
}

/** Of each path of which not every key is given. */
function renderKeys({ keys }: Grant, references: readonly Reference[]): readonly string[] {
  return references.flatMap((reference, at) => {
    const given = keys[at] ?? null;
    if (given === null) return [];
    return [`  of ${formatReference(reference)} the keys ${[...given].toSorted().join(', ')}`];
  });
}

function renderSubject({ name, clauses, open, wide }: SubjectExplanation, paint: Paint): string[] {
  return [
    `  ${name}`,
    ...clauses.map((clause) => renderClause(clause, paint)),
    ...wide.map(
      ({ attribute, oneOf }) => `    also matches: ${attribute} ${oneOf.map(quote).join(' or ')}`,
    ),
    ...(open.length === 0 ? [] : [`    also matches, whatever they are: ${open.join(', ')}`]),
  ];
}

function renderClause({ clause, holds, isPresent }: ClauseResult, paint: Paint): string {
  if (holds) return paint('green', `    pass  ${clause}`);
  const why = isPresent ? '' : ': the token does not say';
  return paint('red', `    fail  ${clause}${why}`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
