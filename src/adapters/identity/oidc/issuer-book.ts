import type { TokenIssuer } from '#core/api/token-issuer.ts';
import { createIssuerKeys, type IssuerKeys, type KeeperDeps } from './issuer-keys.ts';
import { createKeyReader, type ReadKeysDeps } from './read-keys.ts';

export interface KnownIssuer {
  readonly issuer: TokenIssuer;
  readonly keys: IssuerKeys;
}

/** The issuers that are allowed, each with its keys, by their claim `iss`. */
export interface IssuerBook {
  /** More than one where clusters have the same. A suspended one is not found. */
  find(iss: unknown): readonly KnownIssuer[];
  /** Each that is not suspended. */
  all(): readonly KnownIssuer[];
  close(): void;
}

export interface IssuerBookDeps extends KeeperDeps, ReadKeysDeps {
  readonly clock: KeeperDeps['clock'];
  issuers(): readonly TokenIssuer[];
}

/** Opens the list anew whenever it is another array; keys stay as long as what they are read by stays the same. */
export function createIssuerBook(deps: IssuerBookDeps): IssuerBook {
  let listed: readonly TokenIssuer[] = [];
  let known: ReadonlyMap<string, KnownIssuer> = new Map();
  let byIssuer: ReadonlyMap<unknown, readonly KnownIssuer[]> = new Map();

  function open(issuer: TokenIssuer): KnownIssuer {
    const old = known.get(issuer.name);
    const isSame = old !== undefined && fingerprint(old.issuer) === fingerprint(issuer);
    if (isSame) return { issuer, keys: old.keys };
    const source = { issuer: issuer.name, read: createKeyReader(issuer, deps) };
    return { issuer, keys: createIssuerKeys(source, deps) };
  }
  function renew(issuers: readonly TokenIssuer[]): void {
    const next = new Map(
      issuers.filter(({ suspend }) => !suspend).map((each) => [each.name, open(each)]),
    );
    for (const [name, { keys }] of known) if (next.get(name)?.keys !== keys) keys.close();
    [listed, known] = [issuers, next];
    byIssuer = Map.groupBy(next.values(), ({ issuer }) => issuer.issuer);
  }
  function lookAgain(): void {
    const issuers = deps.issuers();
    if (issuers !== listed) renew(issuers);
  }
  return {
    find: (iss) => {
      lookAgain();
      return byIssuer.get(iss) ?? [];
    },
    all: () => {
      lookAgain();
      return [...known.values()];
    },
    close: () => {
      for (const { keys } of known.values()) keys.close();
    },
  };
}

function fingerprint({ issuer, keys, ca, allowPrivateAddress }: TokenIssuer): string {
  return JSON.stringify([issuer, keys, ca, allowPrivateAddress]);
}
