import type { Identity } from '../identity/identity.ts';
import type { CompiledSubject } from './compile-policy.ts';
import { accountAttribute } from './subject-names.ts';

/** One clause of a subject, and what an identity is to it. */
export interface ClauseResult {
  /** Such as `subjects[0].github.repositoryId`. */
  readonly clause: string;
  readonly holds: boolean;
  /** Whether the identity has what is asked about: what is absent never matches. */
  readonly isPresent: boolean;
}

/** Every clause of a subject: its issuer, what it does not allow, its tests. It matches when all of them hold. */
export function matchSubject(
  { name, kind, issuer, allow, tests }: CompiledSubject,
  identity: Identity,
): readonly ClauseResult[] {
  const isIssuer = identity.issuer === issuer && identity.kind === kind;
  const isAllowed = [...identity.exposures].every((exposure) => allow.has(exposure));
  return [
    { clause: `${name}.issuer`, holds: isIssuer, isPresent: true },
    { clause: `${name}.allow`, holds: isAllowed, isPresent: true },
    ...tests.map(({ attribute, matches }) => {
      const values = readValues(identity, attribute);
      const clause = `${name}.${attribute}`;
      return { clause, holds: values.some(matches), isPresent: values.length > 0 };
    }),
  ];
}

function readValues({ attributes, pod }: Identity, attribute: string): readonly string[] {
  if (attribute === accountAttribute) {
    return pod === null ? [] : [`${pod.namespace}/${pod.serviceAccount}`];
  }
  const value = attributes.get(attribute) ?? [];
  return typeof value === 'string' ? [value] : value;
}
