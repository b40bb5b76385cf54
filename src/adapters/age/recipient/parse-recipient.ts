import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto';
import type { Recipient } from 'age-encryption';
import { montgomeryOf } from '#core/age/montgomery.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  sshRsaLabel,
  sshEd25519Label,
  sshTag,
  sshTweak,
  wrapKeyOf,
} from '../identity/stanza-identity.ts';
import { ed25519Wire, isUsableRsa, loadSsh2 } from '../format/ssh-key.ts';
import type { Stanza } from '../format/age-file.ts';
import { renderRawBase64 } from '../format/armor.ts';
import { createX25519Key, multiply, publicBytesOf } from '../format/x25519.ts';

/** What the age library takes as a recipient: its own text, or an object of ours for ssh keys. */
export type ParsedRecipient = string | Recipient;

/** Reads `age1…`, `age1pq1…`, `ssh-ed25519 …` and `ssh-rsa …`; null for anything else, plugins included. */
export async function parseRecipient(text: string): Promise<ParsedRecipient | null> {
  if (/^age1(?:pq1)?[02-9ac-hj-np-z]+$/u.test(text)) return text;
  return /^ssh-(?:ed25519|rsa) .+$/u.test(text) ? parseSshRecipient(text) : null;
}

async function parseSshRecipient(text: string): Promise<Recipient | null> {
  const { utils } = await loadSsh2();
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error || parsed.isPrivateKey()) return null;
  const key = createPublicKey(parsed.getPublicPEM());
  return key.asymmetricKeyType === 'ed25519'
    ? createEd25519Recipient(key)
    : createRsaRecipient(key, parsed.getPublicSSH());
}

function createEd25519Recipient(key: KeyObject): Recipient | null {
  const point = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  const wire = ed25519Wire(point);
  const theirs = montgomeryOf(point);
  const type = 'ssh-ed25519';
  return createRecipient(type, (fileKey) => {
    const ephemeral = generateKeyPairSync('x25519').privateKey;
    const share = publicBytesOf(ephemeral);
    const shared = multiply(ephemeral, theirs);
    const tweaked = shared && multiply(createX25519Key(sshTweak(wire)), shared);
    const wrapKey = wrapKeyOf(tweaked, [share, theirs], sshEd25519Label);
    if (wrapKey === null) throw createError('MAYFLY_AGE_RECIPIENT_INVALID', { recipient: type });
    return { args: [sshTag(wire), renderRawBase64(share)], body: seal(fileKey, wrapKey) };
  });
}

function createRsaRecipient(key: KeyObject, wire: Buffer): Recipient | null {
  if (!isUsableRsa(key)) return null;
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const oaep = { key, padding, oaepHash: 'sha256', oaepLabel: Buffer.from(sshRsaLabel) };
  return createRecipient('ssh-rsa', (fileKey) => ({
    args: [sshTag(wire)],
    body: publicEncrypt(oaep, fileKey),
  }));
}

function createRecipient(
  type: string,
  wrap: (fileKey: Uint8Array) => Omit<Stanza, 'type'>,
): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const { Stanza: Written } = await import('age-encryption');
      const { args, body } = wrap(fileKey);
      return [new Written([type, ...args], body)];
    },
  };
}

function seal(fileKey: Uint8Array, key: Buffer): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
  const sealed = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return sealed;
}
