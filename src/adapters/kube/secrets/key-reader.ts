import { isNamespaceName, isObjectName, isSecretKey } from '#core/api/names.ts';
import { formatRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube-api.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readContent, type Texts } from './raw-secret.ts';
import { renderTarget } from './secret-target.ts';

export interface KubeKeysDeps {
  readonly api: KubeApi;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
}

/** As many as a key folder may have. */
const maxKeys = 100;

/** These open the cluster itself. */
const tokenTypes: ReadonlySet<unknown> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

/**
 * Reads keys from the Secrets of a namespace. Nothing is kept: readers that come while a Secret is being read share
 * that one answer, each with bytes of its own.
 *
 * Throws `MAYFLY_KEY_NAME`, `MAYFLY_KEY_TOKEN`, `MAYFLY_KEY_TOO_MANY` and what the API does.
 */
export function createKubeKeys({ api, signal }: KubeKeysDeps): KeyReader {
  const reading = new Map<string, Promise<KubeObject | null>>();

  async function readShared(ref: SecretRef): Promise<KubeObject | null> {
    const key = formatRef(ref);
    const under = reading.get(key);
    if (under !== undefined) return await under;
    const read = api.get(renderTarget(ref), { signal });
    reading.set(key, read);
    try {
      return await read;
    } finally {
      reading.delete(key);
    }
  }

  async function readTexts(ref: SecretRef): Promise<Texts | null> {
    const object = await readShared(ref);
    if (object === null) return null;
    if (tokenTypes.has(object['type'])) {
      throw createError('MAYFLY_KEY_TOKEN', { reference: formatRef(ref) });
    }
    return readContent(object);
  }

  return {
    async readKey(namespace, name, key): Promise<SecretBytes | null> {
      checkNames({ namespace, name }, key);
      const texts = await readTexts({ namespace, name });
      const text = texts !== null && Object.hasOwn(texts, key) ? texts[key] : undefined;
      return text === undefined ? null : decode(text);
    },
    async readKeys(namespace, name): Promise<ReadonlyMap<string, SecretBytes> | null> {
      checkNames({ namespace, name }, 'any');
      const texts = await readTexts({ namespace, name });
      if (texts === null) return null;
      const entries = Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
      if (entries.length > maxKeys) {
        const reference = formatRef({ namespace, name });
        throw createError('MAYFLY_KEY_TOO_MANY', { reference, limit: maxKeys });
      }
      return new Map(entries.map(([key, text]) => [key, decode(text)]));
    },
  };
}

/** Into memory of its own, which nobody else's bytes share. */
function decode(text: string): SecretBytes {
  const bytes = Buffer.alloc(Buffer.byteLength(text, 'base64'));
  return SecretBytes.take(bytes.subarray(0, bytes.write(text, 'base64')));
}

function checkNames({ namespace, name }: SecretRef, key: string): void {
  if (isNamespaceName(namespace) && isObjectName(name) && isSecretKey(key)) return;
  throw createError('MAYFLY_KEY_NAME', { reference: `${namespace}/${name}/${key}` });
}
