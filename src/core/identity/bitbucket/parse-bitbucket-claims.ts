import type { Claims } from '../identity.ts';
import { noFacts, readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { bitbucketAttributes } from './attribute-table.ts';

const braced = /^\{([^{}]+)\}$/u;

/** Bitbucket Pipelines. Its tokens do not tell a pull request; those from forks are not built with its identity. */
export function parseBitbucketClaims(claims: Claims): ParsedClaims {
  const bare = Object.entries(claims).map(([name, value]) => [name, stripBraces(value)] as const);
  const attributes = readAttributes(Object.fromEntries(bare), bitbucketAttributes);
  return { ...noFacts, attributes, unit: readText(stripBraces(claims['stepUuid'])) };
}

function stripBraces(value: unknown): unknown {
  return typeof value === 'string' ? (braced.exec(value)?.[1] ?? value) : value;
}
