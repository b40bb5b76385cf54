import type { TokenIssuer } from '#core/api/token-issuer.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { encodeText } from '#core/format/utf8.ts';
import { decideIssuerAddress } from '#core/identity/issuer/decide-address.ts';
import { parseDiscovery, renderDiscoveryUrl } from '#core/identity/issuer/parse-discovery.ts';
import { maxKeySetBytes, parseKeySet, type TokenKey } from '#core/identity/issuer/parse-key-set.ts';
import { parseStrictJson } from '#core/identity/token/parse-strict-json.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HttpsFailure } from '#platform/https/https-endpoint.ts';
import { createHttpsSender, type SendHttps } from '#platform/https/send-https.ts';

export interface ReadKeysDeps {
  readonly clock: Clock;
  /** Null where there is no cluster. */
  readonly cluster: ClusterKeys | null;
}

export type ReadKeys = (signal: AbortSignal) => Promise<readonly TokenKey[]>;

const timeoutMs = 5_000;

/** Reads the keys of an issuer from where its TokenIssuer says. It throws `MAYFLY_ISSUER_UNAVAILABLE`, and `MAYFLY_ISSUER_KEYS`. */
export function createKeyReader(issuer: TokenIssuer, deps: ReadKeysDeps): ReadKeys {
  const read = createReader(issuer, deps);
  return async (signal) => {
    const parsed = parseKeySet(await read(signal));
    if (parsed.kind === 'valid') return parsed.keys;
    throw createError('MAYFLY_ISSUER_KEYS', { issuer: issuer.name, problem: parsed.problem });
  };
}

type ReadBytes = (signal: AbortSignal) => Promise<Uint8Array>;

function createReader(issuer: TokenIssuer, { clock, cluster }: ReadKeysDeps): ReadBytes {
  const { keys } = issuer;
  switch (keys.kind) {
    case 'inline':
      return async () => await Promise.resolve(encodeText(keys.jwks));
    case 'discovery':
      return createDiscovery(issuer, keys.keyOrigins, clock);
    case 'configMap':
    case 'cluster':
      return async (signal) => {
        if (cluster === null) throw unavailable(issuer, 'there is no cluster to ask for them');
        if (keys.kind === 'cluster') return await readApiServer(issuer, cluster, signal);
        return await readConfigMap(issuer, { cluster, ...keys }, signal);
      };
  }
}

function createDiscovery(
  issuer: TokenIssuer,
  keyOrigins: readonly string[],
  clock: Clock,
): ReadBytes {
  const senders = new Map<string, SendHttps>();
  async function get(address: string, signal: AbortSignal): Promise<Uint8Array> {
    const { origin, pathname, search } = new URL(address);
    const send = senders.get(origin) ?? createSender(issuer, origin, clock);
    senders.set(origin, send);
    const answer = await send({ ...getJson, path: `${pathname}${search}` }, signal);
    if (answer.status === 200) return answer.body;
    throw unavailable(issuer, `it answered ${answer.status}`);
  }
  return async (signal) => {
    const document = await get(renderDiscoveryUrl(issuer.issuer), signal);
    const discovery = parseDiscovery(document, issuer.issuer, keyOrigins);
    if (discovery.kind === 'valid') return await get(discovery.keysUrl, signal);
    throw unavailable(issuer, `its discovery document ${discovery.problem}`);
  };
}

const getJson = { method: 'GET', headers: { accept: 'application/json' }, body: null } as const;

/** To one origin: each address that its host has is checked, and dialled as it is. */
function createSender(issuer: TokenIssuer, origin: string, clock: Clock): SendHttps {
  const endpoint = {
    address: origin,
    ca: issuer.ca,
    serverName: null,
    timeoutMs,
    answerBytes: maxKeySetBytes,
    checkAddress: (address: string): void => {
      const problem = decideIssuerAddress(address, issuer.allowPrivateAddress);
      if (problem !== null) throw unavailable(issuer, problem);
    },
    failureOf: (failure: HttpsFailure, cause?: unknown): MayflyError =>
      unavailable(issuer, renderReason(failure), cause),
  };
  return createHttpsSender(endpoint, clock);
}

function renderReason(failure: HttpsFailure): string {
  switch (failure.kind) {
    case 'unavailable':
      return failure.reason;
    case 'unresolved':
      return `its host ${failure.host} cannot be resolved`;
    case 'untrusted':
      return 'its certificate is not trusted';
    case 'misnamed':
      return `its certificate does not bear the name ${failure.name}`;
    case 'no-ca':
      return 'its CA holds no PEM certificate';
    case 'redirected':
      return 'it redirects, which is not followed';
    case 'too-large':
      return `it answered more than ${failure.limit} bytes`;
  }
}

async function readApiServer(
  issuer: TokenIssuer,
  cluster: ClusterKeys,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const document = await askCluster(issuer, cluster.readApiServer('document', signal));
  const { issuer: name } = parseStrictJson(document) ?? {};
  if (name === issuer.issuer)
    return await askCluster(issuer, cluster.readApiServer('keys', signal));
  throw unavailable(issuer, 'the API server of this cluster is another issuer');
}

async function readConfigMap(
  issuer: TokenIssuer,
  {
    cluster,
    name,
    key,
  }: { readonly cluster: ClusterKeys; readonly name: string; readonly key: string },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await askCluster(issuer, cluster.readConfigMap(name, key, signal));
  if (bytes !== null) return bytes;
  throw unavailable(issuer, `there is no key ${key} in a ConfigMap ${name}`);
}

async function askCluster<T>(issuer: TokenIssuer, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isMayflyError(error)) throw unavailable(issuer, error.message, error);
    throw error;
  }
}

function unavailable({ name }: TokenIssuer, reason: string, cause?: unknown): MayflyError {
  return createError('MAYFLY_ISSUER_UNAVAILABLE', { issuer: name, reason }, { cause });
}
