import type { Claims } from '../identity.ts';
import {
  keepTold,
  noFacts,
  readAnyClaims,
  readText,
  type ParsedClaims,
} from '../read-attributes.ts';

/** Any OIDC issuer. */
export function parseGenericClaims(claims: Claims): ParsedClaims {
  const subject = keepTold([['subject', readText(claims['sub'])]]);
  return { ...noFacts, attributes: new Map([...readAnyClaims(claims), ...subject]) };
}
