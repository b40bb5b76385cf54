import type { KeyMaterial } from '#core/ports/decryptor.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Opens an identity file, asking for its passphrase when it has one. */
export async function openIdentity(
  file: KeyMaterial,
  ask: (file: string) => Promise<SecretBytes>,
): Promise<KeyMaterial> {
  const { openIdentityFile } = await import('#adapters/age/index.ts');
  return openIdentityFile(file, ask);
}
