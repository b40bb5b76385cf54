import type { AttributeRow } from './attribute-row.ts';
import { attributeTables } from './attribute-tables.ts';
import type { IssuerKind } from './identity.ts';

/** What is known of an attribute; of `claims.NAME` the row `claims`. Null for one that a system does not have. */
export function findRow(kind: IssuerKind, attribute: string): AttributeRow | null {
  const name = attribute.startsWith('claims.') ? 'claims' : attribute;
  return attributeTables[kind].find((row) => row.name === name) ?? null;
}

/**
 * The id of what an attribute names, such as `ownerId` of `owner`; null where the system tells none, and for what is an
 * id itself. An environment is not found by its id: it is deleted and made anew by the job that names it.
 */
export function findIdOf(kind: IssuerKind, { name, mutable }: AttributeRow): string | null {
  if (!mutable || name === 'environment') return null;
  const id = findRow(kind, `${name.replace(/Path$/u, '')}Id`);
  return id === null || id.mutable ? null : id.name;
}
