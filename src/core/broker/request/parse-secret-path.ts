import { formatReference, parseReference, type Reference } from '../../reference/reference.ts';

const shape = /^(cluster\/[^/]+|[^/]+)\/data\/(.+)$/u;

/**
 * The reference that a read of Vault's key-value engine means: `STORE/data/PATH`, where the store may be `cluster/NAME`.
 * Null for anything else. Version 0 is the latest there.
 */
export function parseSecretPath(text: string, version: string | null): Reference | null {
  const found = shape.exec(text);
  if (found === null) return null;
  const [, store = '', path = ''] = found;
  const isLatest = version === null || version === '' || version === '0';
  const meant = { store, path, key: null, version: isLatest ? null : version };
  const parsed = parseReference(formatReference(meant));
  return parsed.kind === 'valid' ? parsed.reference : null;
}
