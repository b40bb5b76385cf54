import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderBundle, type Authority, type CertifiedKey } from './authority.ts';
import { secretKeys } from './read-authority.ts';

/** The values of the Secret, in base64 as a Secret has them; null for what is not to be in it. */
export type RenderedContent = Readonly<Record<string, string | null>>;

/** What {@link readAuthority} reads. */
export function renderAuthority(authority: Authority): RenderedContent {
  const { root, next, retired, leaf } = authority;
  const bundle = renderBundle(authority);
  const certificates = retired?.certificates.map(({ pem }) => pem).join('') ?? null;
  const until = retired === null ? null : new Date(retired.until).toISOString();
  return {
    ...renderPair(secretKeys.leaf, leaf),
    ...renderPair(secretKeys.root, root),
    ...renderPair(secretKeys.next, next),
    [secretKeys.retired.certificates]: renderText(certificates),
    [secretKeys.retired.until]: renderText(until),
    [secretKeys.bundle]: renderText(bundle === '' ? null : bundle),
  };
}

function renderPair(
  names: { readonly certificate: string; readonly key: string },
  pair: CertifiedKey | null,
): RenderedContent {
  return {
    [names.certificate]: renderText(pair?.certificate.pem ?? null),
    [names.key]: pair === null ? null : renderKey(pair.key),
  };
}

function renderText(text: string | null): string | null {
  return text === null ? null : Buffer.from(text).toString('base64');
}

function renderKey(key: SecretBytes): string {
  return Buffer.from(key.expose()).toString('base64');
}
