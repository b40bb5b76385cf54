import type { Instant } from '#core/ports/time.ts';
import { hasNameConstraints } from '../x509/name-constraints.ts';
import { isIssuedBy, isValidAt } from '../x509/read-certificate.ts';
import {
  decideRenewal,
  leafBackdateMs,
  rootBackdateMs,
  type Authority,
  type AuthorityOptions,
  type CertifiedKey,
} from './authority.ts';

/** What is to be done next; the bundle of the authority as it is now is published before each of them. */
export type Step =
  /** Make a root that does not sign yet. */
  | { readonly kind: 'add-root' }
  /** Let the next root sign, with a leaf of it at once. */
  | { readonly kind: 'promote' }
  | { readonly kind: 'renew-leaf' }
  | { readonly kind: 'drop-retired' }
  /** All is well until then. */
  | { readonly kind: 'rest'; readonly until: Instant };

export interface StepFacts {
  readonly now: Instant;
  /** For how long every webhook has had the bundle of this very authority, in ms; null while one has not. */
  readonly publishedMs: number | null;
}

/**
 * What the authority needs next. Nothing that stands and is good is made anew before its time. A root signs only after
 * it was published for long enough, unless no leaf stands that could be served meanwhile.
 */
export function decideStep(
  authority: Authority,
  { now, publishedMs }: StepFacts,
  options: AuthorityOptions,
): Step {
  const { root, next, retired } = authority;
  const isNextFit = next !== null && isFit(next, now, options);
  if (!isNextFit && (root === null || now >= decideEndOf(root, now, options))) {
    return { kind: 'add-root' };
  }
  const isStanding = isLeafStanding(authority, now, options);
  const isSettled = publishedMs !== null && publishedMs >= options.settleMs;
  if (isNextFit && (isSettled || !isStanding)) return { kind: 'promote' };
  if (root !== null && isFit(root, now, options) && needsLeaf(authority, root, { now, options })) {
    return { kind: 'renew-leaf' };
  }
  if (retired !== null && now >= retired.until) return { kind: 'drop-retired' };
  return { kind: 'rest', until: decideRest(authority, { now, publishedMs }, options) };
}

/** Whether a root may sign now for what the webhook is called now. */
function isFit(root: CertifiedKey, now: Instant, { names }: AuthorityOptions): boolean {
  const { certificate } = root;
  return isValidAt(certificate, now) && hasNameConstraints(certificate.x509.raw, names);
}

/** When the root needs another one to follow it. */
function decideEndOf(root: CertifiedKey, now: Instant, options: AuthorityOptions): Instant {
  return isFit(root, now, options) ? decideRenewal(root.certificate, rootBackdateMs) : now;
}

/** Whether what the webhook serves is trusted. */
function isLeafStanding(
  { root, leaf, retired }: Authority,
  now: Instant,
  { names }: AuthorityOptions,
): boolean {
  if (leaf === null || !isValidAt(leaf.certificate, now)) return false;
  const roots = [...(root === null ? [] : [root.certificate]), ...(retired?.certificates ?? [])];
  const isTrusted = roots.some((one) => isValidAt(one, now) && isIssuedBy(leaf.certificate, one));
  return isTrusted && names.some((name) => leaf.certificate.x509.checkHost(name) !== undefined);
}

function needsLeaf(
  { leaf }: Authority,
  root: CertifiedKey,
  { now, options }: { readonly now: Instant; readonly options: AuthorityOptions },
): boolean {
  if (leaf === null) return true;
  const { certificate } = leaf;
  const isRight =
    isIssuedBy(certificate, root.certificate) &&
    isValidAt(certificate, now) &&
    options.names.every((name) => certificate.x509.checkHost(name) !== undefined);
  return !isRight || now >= decideRenewal(certificate, leafBackdateMs);
}

/** When something is due: in the future, as nothing is now. */
function decideRest(
  { root, next, retired, leaf }: Authority,
  { now, publishedMs }: StepFacts,
  { settleMs }: AuthorityOptions,
): Instant {
  const instants = [
    ...(leaf === null ? [] : [decideRenewal(leaf.certificate, leafBackdateMs)]),
    ...(leaf === null ? [] : [leaf.certificate.notAfter]),
    ...(root === null ? [] : [decideRenewal(root.certificate, rootBackdateMs)]),
    ...(next === null ? [] : [now + settleMs - (publishedMs ?? 0)]),
    ...(retired === null ? [] : [retired.until]),
  ];
  return Math.min(...instants.filter((instant) => instant > now));
}
