import type { KeyReader } from '#core/ports/object-api.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSharedAnswers } from '#platform/state/shared-answers.ts';

/** As long as those of a cluster: many requests at once read the same files. */
const sharedMs = 500;

type Keys = ReadonlyMap<string, SecretBytes>;

/**
 * Keys of a folder, read once for all who ask within half a second; each gets bytes of its own. What is held meanwhile is
 * wiped then.
 */
export function shareKeys(keys: KeyReader, clock: Clock): KeyReader {
  const share = createSharedAnswers<Keys>({ clock, sharedMs, onForget: wipeAll });
  return {
    async readKey(namespace, name, key) {
      const found = await share(JSON.stringify([namespace, name, key]), async () => {
        const bytes = await keys.readKey(namespace, name, key);
        return bytes === null ? null : new Map([[key, bytes]]);
      });
      return found === null ? null : (copyAll(found).get(key) ?? null);
    },
    async readKeys(namespace, name) {
      const found = await share(JSON.stringify([namespace, name]), async () => {
        return await keys.readKeys(namespace, name);
      });
      return found === null ? null : copyAll(found);
    },
  };
}

function copyAll(keys: Keys): Keys {
  return new Map([...keys].map(([name, bytes]) => [name, bytes.copy()]));
}

function wipeAll(keys: Keys): void {
  for (const bytes of keys.values()) bytes.wipe();
}
