import { createHash, type KeyObject } from 'node:crypto';
import {
  createSshEd25519Identity,
  createSshRsaIdentity,
  sshTweak,
  type AgeIdentity,
} from './stanza-identity.ts';
import { ed25519Wire, isProtectedKey, isUsableRsa, parseSshPrivateKey } from '../format/ssh-key.ts';
import { createX25519Key } from '../format/x25519.ts';

/** Reads a private key as an identity: ed25519, or rsa of at least 2048 bits. */
export async function parseSshIdentity(
  pem: Buffer,
): Promise<AgeIdentity | 'protected' | 'invalid'> {
  if (isProtectedKey(pem)) return 'protected';
  const parsed = await parseSshPrivateKey(pem);
  if (parsed?.key.asymmetricKeyType === 'ed25519') return fromEd25519(parsed.key);
  if (parsed === null || parsed.wire === null || !isUsableRsa(parsed.key)) return 'invalid';
  return createSshRsaIdentity(parsed.key, parsed.wire);
}

function fromEd25519(key: KeyObject): AgeIdentity {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const wire = ed25519Wire(Buffer.from(x, 'base64url'));
  const digest = createHash('sha512').update(Buffer.from(d, 'base64url')).digest();
  try {
    const own = createX25519Key(digest.subarray(0, 32));
    return createSshEd25519Identity(own, createX25519Key(sshTweak(wire)), wire);
  } finally {
    digest.fill(0);
  }
}
