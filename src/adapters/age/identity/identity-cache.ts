import { createHash } from 'node:crypto';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { parseIdentityFile } from './identity-file.ts';
import type { AgeIdentity } from './stanza-identity.ts';

const maxFiles = 256;

/** Reads identity files, each once: parsed identities are kept by the digest of their file. */
export interface IdentityCache {
  /** Throws what {@link parseIdentityFile} throws. */
  read(file: KeyMaterial): Promise<readonly AgeIdentity[]>;
}

export function createIdentityCache(): IdentityCache {
  const parsed = new Map<string, readonly AgeIdentity[]>();
  return {
    async read(file) {
      const digest = createHash('sha256').update(file.bytes.expose()).digest('base64');
      const known = parsed.get(digest);
      if (known !== undefined) return known;
      const identities = await parseIdentityFile(file);
      const oldest = parsed.size >= maxFiles ? parsed.keys().next() : undefined;
      if (oldest?.done === false) parsed.delete(oldest.value);
      parsed.set(digest, identities);
      return identities;
    },
  };
}
