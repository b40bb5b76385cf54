import { SecretBytes } from '#core/secret/secret-bytes.ts';

export interface GeneratedIdentity {
  /** An identity file, as `age-keygen` writes it. The caller wipes it. */
  readonly file: SecretBytes;
  /** Whom to encrypt for, to be opened with it. */
  readonly recipient: string;
}

/** Makes a new age identity: X25519, or the post-quantum hybrid. */
export async function generateIdentityFile(
  kind: 'x25519' | 'hybrid',
  createdAt: string,
): Promise<GeneratedIdentity> {
  const { generateHybridIdentity, generateX25519Identity, identityToRecipient } =
    await import('age-encryption');
  const identity = await (kind === 'hybrid' ? generateHybridIdentity() : generateX25519Identity());
  const recipient = await identityToRecipient(identity);
  const text = `# created: ${createdAt}\n# public key: ${recipient}\n${identity}\n`;
  return { file: SecretBytes.take(new TextEncoder().encode(text)), recipient };
}
