import { createHash } from 'node:crypto';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { parseIdentityFile } from './identity-file.ts';
import type { AgeIdentity } from './stanza-identity.ts';

const maxFiles = 256;

/** Reads an identity file; throws what {@link parseIdentityFile} throws. */
export type ReadIdentities = (file: KeyMaterial) => Promise<readonly AgeIdentity[]>;

/** Reads identity files, each once: parsed identities are kept by the digest of their file. */
export function createIdentityCache(): ReadIdentities {
  const parsed = new Map<string, readonly AgeIdentity[]>();
  return async (file) => {
    const digest = createHash('sha256').update(file.bytes.expose()).digest('base64');
    const known = parsed.get(digest);
    if (known !== undefined) return known;
    const identities = await parseIdentityFile(file);
    const [oldest] = parsed.size >= maxFiles ? parsed.keys() : [];
    if (oldest !== undefined) parsed.delete(oldest);
    parsed.set(digest, identities);
    return identities;
  };
}
