import type { AccessPolicy } from '../access-policy.ts';
import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { accountAttribute, nameSubject } from '../subject-names.ts';
import { findCodeFaults } from './find-code-faults.ts';
import { findRefFaults } from './find-ref-faults.ts';
import { findTenantFaults } from './find-tenant-faults.ts';
import { listJobSubjects } from './linted-subject.ts';

/**
 * What of a policy lets strangers in: the mistakes that were published of others. Each is a refusal, `MAYFLY_POLICY_…`,
 * that names its clause; where the mistake was told of is in `lintSources`.
 */
export function lintPolicy(policy: AccessPolicy): readonly MayflyError[] {
  return [
    ...listJobSubjects(policy).flatMap((subject) => [
      ...findTenantFaults(subject),
      ...findRefFaults(subject),
      ...findCodeFaults(subject),
    ]),
    ...findAccountFaults(policy),
    ...findGrantFaults(policy),
  ];
}

function findAccountFaults({ subjects }: AccessPolicy): readonly MayflyError[] {
  return subjects.flatMap((subject, index) =>
    subject.tests.flatMap(({ attribute, oneOf }) => {
      const isDefault = oneOf.some((account) => account.endsWith('/default'));
      if (attribute !== accountAttribute || !isDefault) return [];
      const clause = `${nameSubject(subject, index)}.${attribute}`;
      return [createError('MAYFLY_POLICY_DEFAULT_ACCOUNT', { clause })];
    }),
  );
}

const openStart = /^\*+(?:\/.*)?$/u;

function findGrantFaults({ subjects, grants }: AccessPolicy): readonly MayflyError[] {
  if (subjects.every(({ kind }) => kind === 'kubernetes')) return [];
  return grants.flatMap(({ paths }, grant) =>
    paths.flatMap((path, index) =>
      openStart.test(path)
        ? [
            createError('MAYFLY_POLICY_GRANT_EVERYTHING', {
              clause: `grants[${grant}].paths[${index}]`,
            }),
          ]
        : [],
    ),
  );
}
