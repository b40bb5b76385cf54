import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { parseRawBase64 } from '../format/armor.ts';
import type { AgeFile, Stanza } from '../format/age-file.ts';
import type { AgeIdentity, Opened } from './stanza-identity.ts';

const stanzaType = 'mlkem768x25519';

/** `AGE-SECRET-KEY-PQ-1`, by the age library, which is loaded only when a file asks for it. */
export function createHybridIdentity(text: SecretBytes): AgeIdentity {
  return {
    open(file) {
      const stanzas = file.stanzas.filter((stanza) => stanza.type === stanzaType);
      if (stanzas.length === 0) return 'not-mine';
      return stanzas.every(isWellFormed) ? openHybrid(file, text) : 'malformed';
    },
  };
}

function isWellFormed(stanza: Stanza): boolean {
  const [share] = stanza.args.map(parseRawBase64);
  return stanza.args.length === 1 && share?.length === 1120 && stanza.body.length === 32;
}

async function openHybrid(file: AgeFile, text: SecretBytes): Promise<Opened> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  let isMissed = false;
  decrypter.addIdentity(Buffer.from(text.expose()).toString('latin1'));
  // Asked only after the real identity found nothing: this tells a wrong key from a header that was changed.
  decrypter.addIdentity({
    unwrapFileKey: () => {
      isMissed = true;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(file.header);
  } catch {
    return isMissed ? 'not-mine' : 'malformed';
  }
}
