import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyWrapper } from '#core/ports/data-key.ts';
import { parseRecipient } from './parse-recipient.ts';

/** Wraps data keys for age and ssh recipients, as the ASCII-armored file that sops writes. */
export function createAgeWrapper(): DataKeyWrapper {
  return {
    kind: 'age',
    async wrap(dataKey, recipient) {
      const parsed = await parseRecipient(recipient);
      if (parsed === null) throw invalid(recipient);
      const { armor, Encrypter } = await import('age-encryption');
      const encrypter = new Encrypter();
      try {
        encrypter.addRecipient(parsed);
        return armor.encode(await encrypter.encrypt(dataKey.expose()));
      } catch (cause) {
        throw invalid(recipient, cause);
      }
    },
  };
}

/** Only what looks like a recipient is shown: a secret key may have been given by mistake. */
function invalid(recipient: string, cause?: unknown): Error {
  const isShown = recipient.startsWith('age1') || recipient.startsWith('ssh-');
  const shown = isShown ? recipient.slice(0, 40) : '(not shown)';
  return createError('MAYFLY_AGE_RECIPIENT_INVALID', { recipient: shown }, { cause });
}
