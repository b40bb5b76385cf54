import type { AccessPolicy } from './access-policy.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { nameSubject } from './subject-names.ts';

/** What is wrong with the TokenIssuers that a policy names: one that is not there, or of another system. */
export function checkIssuers(
  { subjects }: AccessPolicy,
  findIssuer: (name: string) => TokenIssuer | null,
): readonly MayflyError[] {
  return subjects.flatMap((subject, index) => {
    const clause = `${nameSubject(subject, index)}.issuer`;
    const issuer = findIssuer(subject.issuer);
    if (issuer === null) return [createError('MAYFLY_POLICY_ISSUER_UNKNOWN', { clause })];
    const { kind } = issuer;
    return kind === subject.kind
      ? []
      : [createError('MAYFLY_POLICY_ISSUER_KIND', { clause, kind })];
  });
}
