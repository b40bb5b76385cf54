import { isObjectName } from '../api/names.ts';

/** One value, or every value, at one path of one store. */
export interface Reference {
  /** A Store of the same namespace, or `cluster/NAME` for a ClusterStore. */
  readonly store: string;
  /** As the store spells it, such as `secret/data/shop/db`. */
  readonly path: string;
  /** Null is every key. */
  readonly key: string | null;
  /** Null is the latest. */
  readonly version: string | null;
}

export type ParsedReference =
  | { readonly kind: 'valid'; readonly reference: Reference }
  /** The problem in words that follow the name of the field; it quotes nothing. */
  | { readonly kind: 'invalid'; readonly problem: string };

const maxLength = 1_024;
const grammar = /^(?:([^:#@]*):)?([^:#@]+)(?:#([^:#@]+))?(?:@([^:#@]+))?$/u;

/**
 * Parses `store:path#key@version`. `:`, `#`, `@` and `%` inside a part are percent-encoded; any other character may be.
 * A text without a store is of `defaultStore`, and invalid where that is null.
 */
export function parseReference(text: string, defaultStore: string | null = null): ParsedReference {
  if (text.length > maxLength) return invalid(`is longer than ${maxLength} characters`);
  const parts = grammar.exec(text)?.slice(1).map(decode);
  if (parts === undefined) {
    return invalid('must be STORE:PATH#KEY@VERSION, with : # @ % written as %XX');
  }
  if (parts.includes(undefined))
    return invalid('holds a % that is not %XX, or a control character');
  const [store, path, ...rest] = parts.map((part) => part ?? null);
  return checkParts(store ?? defaultStore, path ?? '', rest);
}

function checkParts(
  store: string | null,
  path: string,
  [key = null, version = null]: readonly (string | null)[],
): ParsedReference {
  if (store === null) return invalid('must name its store, as in STORE:PATH');
  if (!isStoreName(store)) return invalid('must begin with the name of a Store or cluster/NAME');
  if (!isPath(path)) return invalid('has a path with a leading slash, an empty segment, . or ..');
  return { kind: 'valid', reference: { store, path, key, version } };
}

/** The one text of a reference: parsed, it is the same reference again. */
export function formatReference({ store, path, key, version }: Reference): string {
  const [keyPart, versionPart] = [key === null ? '' : `#${encode(key)}`, version];
  return `${store}:${encode(path)}${keyPart}${versionPart === null ? '' : `@${encode(versionPart)}`}`;
}

/** Whether the text names a Store, or as `cluster/NAME` a ClusterStore. */
export function isStoreName(text: string): boolean {
  return isObjectName(text.startsWith('cluster/') ? text.slice('cluster/'.length) : text);
}

function isPath(path: string): boolean {
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

const plainText = /^\P{Cc}*$/u;

/** Null for a part that is absent, undefined for one that cannot be decoded. */
function decode(part: string | undefined): string | null | undefined {
  if (part === undefined) return null;
  try {
    const text = decodeURIComponent(part);
    return plainText.test(text) && text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

function encode(part: string): string {
  return part.replaceAll(/[:#@%]/gu, (char) => encodeURIComponent(char));
}

function invalid(problem: string): ParsedReference {
  return { kind: 'invalid', problem };
}
