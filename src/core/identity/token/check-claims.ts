import type { TokenIssuer } from '../../api/token-issuer.ts';
import { createError } from '../../errors/mayfly-error.ts';
import type { Instant } from '../../ports/time.ts';
import type { Claims } from '../identity.ts';
import { tokenAlgorithms } from '../issuer/parse-key-set.ts';
import { malformed, type ParsedToken } from './parse-token.ts';

/** How far the clock of an issuer may be from ours: so long a token is taken after its end. */
export const tokenSkewMs = 60_000;

export interface TokenTerm {
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export interface TokenCheck {
  readonly now: Instant;
  /** For an issuer that names no audiences. */
  readonly ownAudience: string;
}

/**
 * Everything about a token but its signature: whether it is signed as its issuer signs, made for here, and made for now.
 * Throws `MAYFLY_TOKEN_ALGORITHM`, `…_AUDIENCE`, `…_AUDIENCES`, `…_EXPIRED`, `…_EARLY`, `…_LIFETIME`, and
 * `MAYFLY_TOKEN_MALFORMED` where a claim is missing or of another type.
 */
export function checkToken(
  { algorithm, claims }: Pick<ParsedToken, 'algorithm' | 'claims'>,
  issuer: TokenIssuer,
  { now, ownAudience }: TokenCheck,
): TokenTerm {
  const algorithms = tokenAlgorithms.filter((each) => issuer.algorithms.includes(each));
  if (!algorithms.some((each) => each === algorithm)) {
    const params = { issuer: issuer.name, algorithms: algorithms.join(', ') };
    throw createError('MAYFLY_TOKEN_ALGORITHM', params);
  }
  checkNames(claims);
  checkAudience(readAudiences(claims), issuer, ownAudience);
  return checkTerm(claims, issuer, now);
}

/** Letter for letter: whoever makes tokens for others, or for several, must not be able to use them here. */
function checkAudience(
  found: readonly string[],
  { name, audiences, singleAudience }: TokenIssuer,
  own: string,
): void {
  const allowed = audiences.length === 0 ? [own] : audiences;
  if (singleAudience && found.length > 1) {
    throw createError('MAYFLY_TOKEN_AUDIENCES', { issuer: name, count: found.length });
  }
  if (found.some((each) => allowed.includes(each))) return;
  throw createError('MAYFLY_TOKEN_AUDIENCE', { audiences: allowed.join(', ') });
}

/** `exp` and `iat` are required; `nbf` may be long before `iat`. */
function checkTerm(claims: Claims, issuer: TokenIssuer, now: Instant): TokenTerm {
  const issuedAt = readInstant(claims, 'iat') ?? refuseMissing('iat');
  const expiresAt = readInstant(claims, 'exp') ?? refuseMissing('exp');
  checkStart('iat', issuedAt, now);
  checkStart('nbf', readInstant(claims, 'nbf') ?? now, now);
  if (expiresAt <= issuedAt) throw malformed('ends before it begins');
  if (now >= expiresAt + tokenSkewMs) {
    throw createError('MAYFLY_TOKEN_EXPIRED', { seconds: toSeconds(now - expiresAt) });
  }
  checkLifetime(issuer, expiresAt - issuedAt);
  return { issuedAt, expiresAt };
}

function checkStart(claim: string, at: Instant, now: Instant): void {
  if (at <= now + tokenSkewMs) return;
  throw createError('MAYFLY_TOKEN_EARLY', { claim, seconds: toSeconds(at - now) });
}

/** With the end it bounds the age too: an issuer that makes tokens for a year has not made them for this. */
function checkLifetime({ name, maxTokenAgeMs }: TokenIssuer, lifetimeMs: number): void {
  if (lifetimeMs <= maxTokenAgeMs) return;
  const [seconds, limit] = [toSeconds(lifetimeMs), toSeconds(maxTokenAgeMs)];
  throw createError('MAYFLY_TOKEN_LIFETIME', { issuer: name, seconds, limit });
}

function readInstant(claims: Claims, name: string): Instant | null {
  const value = claims[name];
  if (value === undefined) return null;
  if (typeof value === 'number' && value >= 0 && value <= latest) return value * 1000;
  throw malformed(`has a claim ${name} that is no time`);
}

/** In seconds: as far as a Date reaches. */
const latest = 8.64e12;

function refuseMissing(name: string): never {
  throw malformed(`has no claim ${name}`);
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** A text, or a list of different ones: {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3}. */
function readAudiences({ aud }: Claims): readonly string[] {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const texts = audiences.filter((each) => typeof each === 'string' && each !== '');
  if (texts.length !== audiences.length || new Set(texts).size !== audiences.length) {
    throw malformed('has a claim aud that is no audience and no list of different ones');
  }
  return texts as readonly string[];
}

/** Audits and replay stores keep them. */
function checkNames({ sub, jti = 'none' }: Claims): void {
  if (!isName(sub, 1024)) throw malformed('has no claim sub of 1 to 1024 characters');
  if (!isName(jti, 256)) throw malformed('has a claim jti that is not 1 to 256 characters');
}

function isName(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}
