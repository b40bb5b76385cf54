import type { AttributeRow } from './attribute-row.ts';
import type { Claims, Exposure, Identity } from './identity.ts';

export type Attributes = Identity['attributes'];

/** What the claims of one system say; the rest of an {@link Identity} is the same for all. */
export type ParsedClaims = Pick<Identity, 'attributes' | 'exposures' | 'unit' | 'runUrl' | 'pod'>;

/** For a system whose claims tell no more than its attributes. */
export const noFacts: Omit<ParsedClaims, 'attributes'> = {
  exposures: new Set<Exposure>(),
  unit: null,
  runUrl: null,
  pod: null,
};

/** The attributes of a table that the claims tell. A claim that is absent, empty or of another type tells nothing. */
export function readAttributes(claims: Claims, rows: readonly AttributeRow[]): Attributes {
  const found = rows.map((row) => [row.name, readAttribute(claims[row.claim], row)] as const);
  return keepTold(found);
}

type Told = string | readonly string[] | null;

/** Leaves out what is null. */
export function keepTold(found: readonly (readonly [string, Told])[]): Attributes {
  return new Map(found.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function readAttribute(value: unknown, { type }: AttributeRow): Told {
  switch (type) {
    case 'text':
      return readText(value);
    case 'flag':
      return readFlag(value);
    case 'list':
      return readList(value);
  }
}

/** Null for what is no text, and for the empty one. Whole numbers are ids to some systems, and texts to others. */
export function readText(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function readFlag(value: unknown): string | null {
  const text = String(typeof value === 'boolean' ? value : readText(value));
  return text === 'true' || text === 'false' ? text : null;
}

/** Null unless every element is a text. */
function readList(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const texts = value.filter((each) => typeof each === 'string' && each !== '');
  return texts.length === value.length ? (texts as readonly string[]) : null;
}

const registered = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']);

/** Each claim as an attribute `claims.NAME`, but for those that every token is checked by. Objects have none. */
export function readAnyClaims(claims: Claims): Attributes {
  const own = Object.entries(claims).filter(([name]) => !registered.has(name));
  return keepTold(own.map(([name, value]) => [`claims.${name}`, readAny(value)]));
}

function readAny(value: unknown): Told {
  return Array.isArray(value) ? readList(value) : (readText(value) ?? readFlag(value));
}
