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

interface Situation extends StepFacts {
  readonly authority: Authority;
  readonly options: AuthorityOptions;
}

/**
 * What the authority needs next. Nothing that stands and is good is made anew before its time. A root signs only after
 * it was published for long enough, unless no leaf stands that could be served meanwhile.
 */
export function decideStep(
  authority: Authority,
  facts: StepFacts,
  options: AuthorityOptions,
): Step {
  const situation = { authority, ...facts, options };
  const { retired } = authority;
  if (needsRoot(situation)) return { kind: 'add-root' };
  if (mayPromote(situation)) return { kind: 'promote' };
  if (needsLeaf(situation)) return { kind: 'renew-leaf' };
  if (retired !== null && facts.now >= retired.until) return { kind: 'drop-retired' };
  return { kind: 'rest', until: decideRest(situation) };
}

/** Whether there is none that signs, or that could follow it when its time is over. */
function needsRoot({ authority: { root, next }, now, options }: Situation): boolean {
  if (isFit(next, now, options)) return false;
  if (root === null || !isFit(root, now, options)) return true;
  return now >= decideRenewal(root.certificate, rootBackdateMs);
}

function mayPromote(situation: Situation): boolean {
  const { authority, now, publishedMs, options } = situation;
  if (!isFit(authority.next, now, options)) return false;
  const isSettled = publishedMs !== null && publishedMs >= options.settleMs;
  return isSettled || !isLeafStanding(situation);
}

/** Whether a root may sign now for what the webhook is called now. */
function isFit(root: CertifiedKey | null, now: Instant, { names }: AuthorityOptions): boolean {
  if (root === null || !isValidAt(root.certificate, now)) return false;
  return hasNameConstraints(root.certificate.x509.raw, names);
}

/** Whether what the webhook serves is trusted. */
function isLeafStanding({ authority, now, options }: Situation): boolean {
  const { root, leaf, retired } = authority;
  if (leaf === null || !isValidAt(leaf.certificate, now)) return false;
  const roots = [...(root === null ? [] : [root.certificate]), ...(retired?.certificates ?? [])];
  const isTrusted = roots.some((one) => isValidAt(one, now) && isIssuedBy(leaf.certificate, one));
  return isTrusted && options.names.some((name) => isNamed(leaf, name));
}

function needsLeaf({ authority: { root, leaf }, now, options }: Situation): boolean {
  if (root === null || !isFit(root, now, options)) return false;
  if (leaf === null || !isValidAt(leaf.certificate, now)) return true;
  const isOfRoot = isIssuedBy(leaf.certificate, root.certificate);
  const isRight = isOfRoot && options.names.every((name) => isNamed(leaf, name));
  return !isRight || now >= decideRenewal(leaf.certificate, leafBackdateMs);
}

function isNamed({ certificate }: CertifiedKey, name: string): boolean {
  return certificate.x509.checkHost(name) !== undefined;
}

/** When something is due: in the future, as nothing is now. */
function decideRest({ authority, now, publishedMs, options }: Situation): Instant {
  const { root, next, retired, leaf } = authority;
  const instants = [
    ...(leaf === null ? [] : [decideRenewal(leaf.certificate, leafBackdateMs)]),
    ...(leaf === null ? [] : [leaf.certificate.notAfter]),
    ...(root === null ? [] : [decideRenewal(root.certificate, rootBackdateMs)]),
    ...(next === null ? [] : [now + options.settleMs - (publishedMs ?? 0)]),
    ...(retired === null ? [] : [retired.until]),
  ];
  return Math.min(...instants.filter((instant) => instant > now));
}
