import { renderSecretTarget } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject, KubePrecondition } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';
import { decodeBase64 } from '#platform/crypto/decode-base64.ts';
import type { Authority } from './authority/authority.ts';
import type { SecretContent } from './authority/read-authority.ts';
import { renderAuthority } from './authority/render-authority.ts';

export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** The Secret as it was found. */
export interface StoredAuthority {
  readonly content: SecretContent;
  /** What a write is decided on. */
  readonly on: KubePrecondition;
}

/** Throws `MAYFLY_CERTS_SECRET_MISSING`: there is no right to make one. */
export async function readStored(
  api: Pick<KubeApi, 'get'>,
  place: SecretPlace,
  signal: AbortSignal,
): Promise<StoredAuthority> {
  const object = await api.get(renderSecretTarget(place), { signal });
  if (object === null) {
    const secret = `${place.namespace}/${place.name}`;
    throw createError('MAYFLY_CERTS_SECRET_MISSING', { secret });
  }
  return { content: readContent(object), on: readVersion(object) };
}

/** Only onto the very state that the authority was decided on; answers what it is now. */
export async function writeStored(
  api: Pick<KubeApi, 'patch'>,
  {
    place,
    on,
    authority,
  }: { readonly place: SecretPlace } & Pick<StoredAuthority, 'on'> & {
      readonly authority: Authority;
    },
  signal: AbortSignal,
): Promise<KubePrecondition> {
  // A patch leaves alone what others have put there: labels, annotations, further keys.
  const body = { data: renderAuthority(authority) };
  return readVersion(await api.patch(renderSecretTarget(place), body, { signal, on }));
}

function readVersion({ metadata: { uid, resourceVersion } }: KubeObject): KubePrecondition {
  return { uid, resourceVersion };
}

function readContent(object: KubeObject): SecretContent {
  const content: unknown = object['data'];
  if (!isRecord(content)) return new Map();
  const texts = Object.entries(content).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return new Map(texts.map(([key, text]) => [key, decodeBase64(text)]));
}
