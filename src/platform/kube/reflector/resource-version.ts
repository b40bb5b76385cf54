const decimal = /^[1-9]\d{0,63}$/u;

/**
 * Whether one version of an object was before another. Versions of built-in and custom kinds are decimal numbers that
 * only grow (promised since Kubernetes 1.35, KEP-5504); of others nothing is known, and they are never older.
 */
export function isOlderVersion(version: string, than: string): boolean {
  if (!decimal.test(version) || !decimal.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
