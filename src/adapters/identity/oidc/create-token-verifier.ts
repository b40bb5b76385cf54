import type { TokenIssuer } from '#core/api/token-issuer.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { checkToken, type TokenCheck, type TokenTerm } from '#core/identity/token/check-claims.ts';
import { parseToken, type ParsedToken } from '#core/identity/token/parse-token.ts';
import { renderReplayKey } from '#core/identity/token/replay-key.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { TokenVerifier, VerifiedToken } from '#core/ports/broker/token-verifier.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { createIssuerBook, type KnownIssuer } from './issuer-book.ts';
import type { KeySnapshot, KeyStanding } from './issuer-keys.ts';
import { proveSignature, type Proof } from './prove-signature.ts';

export interface TokenVerifierDeps {
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly digest: Pick<Digest, 'sha256Hex'>;
  /** Null where there is no cluster: then issuers of it are not available. */
  readonly cluster: ClusterKeys | null;
  /** As they are now; the same array as long as nothing changed. */
  issuers(): readonly TokenIssuer[];
  /** The audience of tokens for a TokenIssuer that names none: the broker's own address. */
  readonly ownAudience: string;
}

/** The keys of a TokenIssuer, by its name. */
export interface IssuerStanding extends KeyStanding {
  readonly issuer: string;
}

/** A {@link TokenVerifier} that can be ended. */
export interface OidcVerifier extends TokenVerifier {
  standings(): readonly IssuerStanding[];
  /** Ends what is being read from issuers. */
  close(): void;
}

/** Verifies identity tokens by the keys of the issuers that are allowed; see readme.md. */
export function createTokenVerifier(deps: TokenVerifierDeps): OidcVerifier {
  const book = createIssuerBook(deps);
  return {
    close: () => book.close(),
    standings: () =>
      book.all().map(({ issuer: { name }, keys }) => ({ issuer: name, ...keys.standing() })),
    verify: async (token, signal, at = deps.clock.now()) => {
      const parsed = parseToken(token.expose());
      const known = book.find(parsed.claims['iss']);
      if (known.length === 0) throw createError('MAYFLY_TOKEN_ISSUER_UNKNOWN', {});
      const { ownAudience } = deps;
      const tried = admit(parsed, known, { now: at, ownAudience }).map((candidate) => ({
        ...candidate,
        keyId: parsed.keyId,
        token: token.expose(),
        signal,
      }));
      const { issuer, term } = await findProven(tried);
      const replayKey = renderReplayKey(issuer.name, parsed, deps.digest);
      return { issuer, claims: parsed.claims, ...term, replayKey } satisfies VerifiedToken;
    },
  };
}

interface Candidate extends KnownIssuer {
  readonly term: TokenTerm;
}

/** Those of the same issuer string whose audience, algorithms and times fit; the error of the first when none does. */
function admit(
  parsed: ParsedToken,
  known: readonly KnownIssuer[],
  check: TokenCheck,
): readonly Candidate[] {
  const refusals: MayflyError[] = [];
  const candidates = known.flatMap((each) => {
    try {
      return [{ ...each, term: checkToken(parsed, each.issuer, check) }];
    } catch (error) {
      if (!isMayflyError(error)) throw error;
      refusals.push(error);
      return [];
    }
  });
  const [refusal] = refusals;
  if (candidates.length === 0 && refusal !== undefined) throw refusal;
  return candidates;
}

interface Trial extends Candidate {
  readonly keyId: string | null;
  readonly token: Uint8Array;
  readonly signal: AbortSignal;
}

/** How one issuer's keys met the token. */
type Outcome =
  | { readonly trial: Trial; readonly proof: Proof; readonly keys: KeySnapshot }
  | { readonly trial: Trial; readonly proof: 'unavailable'; readonly error: MayflyError };

/** The keys that are there are tried first: a cluster that is down holds up nobody of another with the same issuer string. */
async function findProven(trials: readonly Trial[]): Promise<Trial> {
  const first = await tryAll(trials);
  const isFound = first.some(({ proof }) => proof === 'proven');
  const last = isFound ? first : await Promise.all(first.map(async (each) => await tryNewer(each)));
  const [proven, ...others] = last.filter(({ proof }) => proof === 'proven');
  if (proven === undefined) throw refusalOf(last);
  if (others.length === 0) return proven.trial;
  const names = [proven, ...others].map(({ trial }) => trial.issuer.name);
  throw createError('MAYFLY_ISSUER_AMBIGUOUS', { issuers: names.join(', ') });
}

/** Keys that are still to be read are read meanwhile, also where nobody waits for them. */
async function tryAll(trials: readonly Trial[]): Promise<readonly Outcome[]> {
  const { here = [], away = [] } = Object.groupBy(trials, ({ keys }) =>
    keys.isAtHand() ? 'here' : 'away',
  );
  const others = Promise.all(away.map(tryKeys));
  others.catch(() => undefined);
  const known = await Promise.all(here.map(tryKeys));
  if (!known.some(({ proof }) => proof === 'proven')) return [...known, ...(await others)];
  return known;
}

async function tryKeys(trial: Trial): Promise<Outcome> {
  try {
    return await tryWith(trial, await trial.keys.read(trial.signal));
  } catch (error) {
    if (isMayflyError(error)) return { trial, proof: 'unavailable', error };
    throw error;
  }
}

async function tryNewer(outcome: Outcome): Promise<Outcome> {
  if (outcome.proof !== 'no-key') return outcome;
  const { trial, keys } = outcome;
  const newer = await trial.keys.readNewer(keys, trial.signal);
  return newer === keys ? outcome : await tryWith(trial, newer);
}

/** An id that no key has needs no cryptography: floods are made of such tokens. */
async function tryWith(trial: Trial, keys: KeySnapshot): Promise<Outcome> {
  const { token, issuer, keyId } = trial;
  if (keyId !== null && !keys.ids.has(keyId)) return { trial, proof: 'no-key', keys };
  return { trial, proof: await proveSignature(token, keys.choose, issuer.algorithms), keys };
}

/** As long as one issuer cannot be asked, nobody knows that the token is not its. */
function refusalOf(outcomes: readonly Outcome[]): MayflyError {
  const unavailable = outcomes.find((each) => each.proof === 'unavailable');
  if (unavailable?.proof === 'unavailable') return unavailable.error;
  const issuer = outcomes.map(({ trial }) => trial.issuer.name).join(', ');
  const isWrong = outcomes.some(({ proof }) => proof === 'wrong');
  return createError(isWrong ? 'MAYFLY_TOKEN_SIGNATURE' : 'MAYFLY_TOKEN_KEY_UNKNOWN', { issuer });
}
