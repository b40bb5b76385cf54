import { createError } from '#core/errors/mayfly-error.ts';
import type { Instant, Random } from '#core/ports/time.ts';
import { issueLeaf, issueRoot } from '../x509/issue-certificate.ts';
import { createKey, readKey } from '../x509/key-pair.ts';
import { readCertificates, type ReadCertificate } from '../x509/read-certificate.ts';
import {
  leafBackdateMs,
  rootBackdateMs,
  type Authority,
  type AuthorityOptions,
  type CertifiedKey,
} from './authority.ts';
import type { Step } from './decide-step.ts';
import { retire } from './read-authority.ts';

export interface StepTools {
  readonly now: Instant;
  readonly random: Random;
  readonly options: AuthorityOptions;
}

/** The authority after a step. Its new keys are the caller's to wipe. */
export async function performStep(
  authority: Authority,
  step: Exclude<Step['kind'], 'rest'>,
  tools: StepTools,
): Promise<Authority> {
  switch (step) {
    case 'add-root':
      return { ...authority, next: await createRoot(tools) };
    case 'renew-leaf':
      return { ...authority, leaf: await createLeaf(authority.root, tools) };
    case 'drop-retired':
      return { ...authority, retired: null };
    case 'promote':
      return await promote(authority, tools);
  }
}

async function promote(authority: Authority, tools: StepTools): Promise<Authority> {
  const { root, next } = authority;
  const until = tools.now + tools.options.leafMs;
  const before = retire(authority, root === null ? [] : [root.certificate], until);
  return { ...before, root: next, next: null, leaf: await createLeaf(next, tools) };
}

async function createRoot({ now, random, options }: StepTools): Promise<CertifiedKey> {
  const key = await createKey();
  const request = {
    key: openKey(key),
    names: options.names,
    notBefore: now - rootBackdateMs,
    notAfter: now + options.rootMs,
  };
  return { certificate: readOne(issueRoot(request, random)), key };
}

async function createLeaf(
  root: CertifiedKey | null,
  { now, random, options }: StepTools,
): Promise<CertifiedKey> {
  if (root === null) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a leaf without a root' });
  const key = await createKey();
  const issuer = { certificate: root.certificate.x509.raw, key: openKey(root.key) };
  const request = {
    issuer,
    key: openKey(key),
    names: options.names,
    notBefore: now - leafBackdateMs,
    notAfter: Math.min(now + options.leafMs, root.certificate.notAfter),
  };
  return { certificate: readOne(issueLeaf(request, random)), key };
}

function openKey(key: CertifiedKey['key']): NonNullable<ReturnType<typeof readKey>> {
  const opened = readKey(key);
  if (opened === null) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a key of ours' });
  return opened;
}

function readOne(pem: string): ReadCertificate {
  const [certificate] = readCertificates(pem) ?? [];
  if (certificate === undefined) {
    throw createError('MAYFLY_INTERNAL_BUG', { where: 'a certificate of ours' });
  }
  return certificate;
}
