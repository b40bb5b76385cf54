import type { IssuerKind } from '../identity/identity.ts';

/** The attribute that pods are tested by: `NAMESPACE/NAME` of their service account. */
export const accountAttribute = 'serviceAccounts';

/** How a policy names its subject: `subjects[0].github`. */
export function nameSubject({ kind }: { readonly kind: IssuerKind }, index: number): string {
  return `subjects[${index}].${kind === 'kubernetes' ? 'pod' : kind}`;
}
