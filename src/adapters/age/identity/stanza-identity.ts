import { createHash, privateDecrypt, constants, type KeyObject } from 'node:crypto';
import { deriveKey, openSealed, type AgeFile, type Stanza } from '../format/age-file.ts';
import { parseRawBase64, renderRawBase64 } from '../format/armor.ts';
import { multiply, publicBytesOf } from '../format/x25519.ts';

/** What one identity makes of an age file: the file key, nothing for it here, or a stanza that is malformed. */
export type Opened = Uint8Array | 'not-mine' | 'malformed';

/** A private key that can open stanzas of one type. */
export interface AgeIdentity {
  open(file: AgeFile): Opened | Promise<Opened>;
}

const sealedFileKeyBytes = 32;
const x25519Label = 'age-encryption.org/v1/X25519';
export const sshEd25519Label = 'age-encryption.org/v1/ssh-ed25519';
export const sshRsaLabel = 'age-encryption.org/v1/ssh-rsa';

/** `AGE-SECRET-KEY-1`. */
export function createX25519Identity(key: KeyObject): AgeIdentity {
  const own = publicBytesOf(key);
  return createStanzaIdentity('X25519', (stanza) => {
    const [share] = parseShares(stanza, 1);
    if (share === undefined) return 'malformed';
    return openX25519(stanza, wrapKeyOf(multiply(key, share), [share, own], x25519Label));
  });
}

/**
 * An ed25519 key as ssh has it: `key` is its X25519 form, `wire` its public key as ssh writes it, `tweak` the
 * scalar that binds the shared secret to that public key.
 */
export function createSshEd25519Identity(
  key: KeyObject,
  tweak: KeyObject,
  wire: Uint8Array,
): AgeIdentity {
  const own = publicBytesOf(key);
  return createStanzaIdentity('ssh-ed25519', (stanza) => {
    const [, share] = parseShares(stanza, 2);
    if (share === undefined) return 'malformed';
    if (stanza.args[0] !== sshTag(wire)) return 'not-mine';
    const shared = multiply(key, share);
    const tweaked = shared && multiply(tweak, shared);
    return openX25519(stanza, wrapKeyOf(tweaked, [share, own], sshEd25519Label));
  });
}

/** An rsa key as ssh has it. */
export function createSshRsaIdentity(key: KeyObject, wire: Uint8Array): AgeIdentity {
  const oaep = {
    key,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
    oaepLabel: Buffer.from(sshRsaLabel),
  };
  return createStanzaIdentity('ssh-rsa', (stanza) => {
    if (stanza.args.length !== 1) return 'malformed';
    if (stanza.args[0] !== sshTag(wire)) return 'not-mine';
    try {
      return privateDecrypt(oaep, stanza.body);
    } catch {
      return 'malformed';
    }
  });
}

/** How ssh stanzas name their key: the first four bytes of the hash of its public form. */
export function sshTag(wire: Uint8Array): string {
  return renderRawBase64(createHash('sha256').update(wire).digest().subarray(0, 4));
}

/** The scalar that binds an ssh ed25519 key's shared secrets to its public form. */
export function sshTweak(wire: Uint8Array): Buffer {
  return deriveKey(new Uint8Array(), wire, sshEd25519Label);
}

/** The key that wraps a file key under an X25519 shared secret; null without one. Wipes the shared secret. */
export function wrapKeyOf(
  shared: Buffer | null,
  salt: readonly Uint8Array[],
  label: string,
): Buffer | null {
  const key = shared && deriveKey(shared, Buffer.concat(salt), label);
  shared?.fill(0);
  return key;
}

function createStanzaIdentity(type: string, open: (stanza: Stanza) => Opened): AgeIdentity {
  return {
    open(file) {
      for (const stanza of file.stanzas) {
        const opened = stanza.type === type ? open(stanza) : 'not-mine';
        if (opened !== 'not-mine') return opened;
      }
      return 'not-mine';
    },
  };
}

/** The base64 arguments of a stanza of an exact number of them, the last a 32-byte point; empty when malformed. */
function parseShares(stanza: Stanza, count: number): readonly (Buffer | undefined)[] {
  const shares = stanza.args.map((arg) => parseRawBase64(arg) ?? undefined);
  const isWhole = shares.length === count && shares.at(-1)?.length === 32;
  return isWhole && stanza.body.length === sealedFileKeyBytes ? shares : [];
}

function openX25519(stanza: Stanza, key: Buffer | null): Opened {
  return key === null ? 'malformed' : (openSealed(stanza.body, key) ?? 'not-mine');
}
