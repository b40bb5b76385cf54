import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { renderSecretTarget, tokenTypes } from '#core/api/kube-resources.ts';
import { isNamespaceName, isObjectName, isSecretKey } from '#core/api/names.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { decodeBase64 } from '#platform/crypto/decode-base64.ts';
import { createSharedAnswers } from '#platform/state/shared-answers.ts';

export interface KubeKeysDeps {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
}

/** How long an answer is shared, in milliseconds: a push makes a thousand objects ask for the same keys at once. */
const sharedMs = 500;

/** As many as a key folder may have. */
const maxKeys = 100;

/**
 * Reads keys from the Secrets of a namespace. Readers that come while a Secret is being read, or within half a second
 * of the answer, share it, each with bytes of its own; then it is forgotten.
 *
 * Throws `MAYFLY_KEY_NAME`, `MAYFLY_KEY_TOKEN`, `MAYFLY_KEY_TOO_MANY` and what the API does.
 */
export function createKubeKeys({ api, clock, signal }: KubeKeysDeps): KeyReader {
  const share = createSharedAnswers<KubeObject>({ clock, sharedMs });

  async function readShared({ namespace, name }: SecretRef): Promise<KubeObject | null> {
    return await share(`${namespace}/${name}`, async () => {
      return await api.get(renderSecretTarget({ namespace, name }), { signal });
    });
  }

  return {
    async readKey(namespace, name, key): Promise<SecretBytes | null> {
      checkNames({ namespace, name }, key);
      const texts = readTexts(await readShared({ namespace, name }));
      const text = texts !== null && Object.hasOwn(texts, key) ? texts[key] : undefined;
      return text === undefined ? null : SecretBytes.take(decodeBase64(text));
    },
    async readKeys(namespace, name): Promise<ReadonlyMap<string, SecretBytes> | null> {
      checkNames({ namespace, name }, 'any');
      const texts = readTexts(await readShared({ namespace, name }));
      if (texts === null) return null;
      const entries = Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
      if (entries.length > maxKeys) {
        const reference = `${namespace}/${name}`;
        throw createError('MAYFLY_KEY_TOO_MANY', { reference, limit: maxKeys });
      }
      return new Map(entries.map(([key, text]) => [key, SecretBytes.take(decodeBase64(text))]));
    },
  };
}

const contentSchema = Type.Record(Type.String(), Type.String());

function readTexts(object: KubeObject | null): Readonly<Record<string, string>> | null {
  if (object === null) return null;
  const { namespace = '', name } = object.metadata;
  if (tokenTypes.has(object['type'])) {
    throw createError('MAYFLY_KEY_TOKEN', { reference: `${namespace}/${name}` });
  }
  const content = object['data'];
  return Check(contentSchema, content) ? content : {};
}

function checkNames({ namespace, name }: SecretRef, key: string): void {
  if (isNamespaceName(namespace) && isObjectName(name) && isSecretKey(key)) return;
  throw createError('MAYFLY_KEY_NAME', { reference: `${namespace}/${name}/${key}` });
}
