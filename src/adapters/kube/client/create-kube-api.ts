import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type {
  AccountToken,
  KubeApi,
  KubeCall,
  KubeName,
  KubeObject,
  KubePrecondition,
  KubeResource,
  KubeWatch,
  KubeWatchEvent,
} from '#core/ports/kube/kube-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { isRecord } from '#core/text/read-field.ts';
import { createCallBudget } from '#platform/kube/call-budget.ts';
import { createCaller, type Caller, type CallerDeps } from './caller.ts';
import { readObject, readPage } from '#platform/kube/wire/read-answer.ts';
import { readWatch } from '#platform/kube/wire/read-watch.ts';
import {
  renderNameRequest,
  renderQueryRequest,
  type KubeRequest,
} from '#platform/kube/wire/render-request.ts';

export interface KubeApiDeps extends Omit<CallerDeps, 'budget'> {
  /** Asked with a connection in hand, right before a write is sent: whether this process may still write. */
  mayWrite(): boolean;
}

export interface KubeApiOptions {
  readonly version: string;
  /** Calls a second in the long run. Default 200. */
  readonly perSecond?: number;
  /** Calls at once after a rest. Default 400. */
  readonly burst?: number;
  /** For a whole plain call, and for a watch to be accepted. Default 30 s. */
  readonly timeoutMs?: number;
  /** For TCP and TLS. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long a watch may be silent. Default 100 s. */
  readonly silenceMs?: number;
  /** Connections of plain calls; each watch has one more. Default 32. */
  readonly mostConnections?: number;
  /** Default 4 MiB: to read more would keep the event loop busy for too long. */
  readonly answerBytes?: number;
}

const mostWaiting = 10_000;
/** An object is at most 1.5 MiB in etcd; who manages which field comes on top. */
const lineBytes = 4 * 1024 * 1024;
/** How much later than asked the server may end a watch. */
const endMarginMs = 15_000;
const ours = { fieldManager: 'mayfly', fieldValidation: 'Strict' };

/** The API of one cluster over HTTPS; see readme.md. */
export function createKubeApi(deps: KubeApiDeps, options: KubeApiOptions): KubeApi {
  const { perSecond = 200, burst = 400, silenceMs = 100_000 } = options;
  const budget = createCallBudget(deps.clock, { perSecond, burst, mostWaiting });
  const caller = createCaller(
    { ...deps, budget },
    {
      userAgent: `mayfly/${options.version}`,
      timeoutMs: options.timeoutMs ?? 30_000,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      mostConnections: options.mostConnections ?? 32,
      answerBytes: options.answerBytes ?? 4 * 1024 * 1024,
    },
  );
  const { clock } = deps;
  return {
    get: (target, call) => getObject(caller, target, call),
    list: createList(caller),
    watch: (query, call) => openWatch({ caller, clock, silenceMs }, query, call),
    ...createWrites(caller),
    requestToken: (account, call) => requestToken(caller, account, call),
  };
}

function createWrites(
  caller: Caller,
): Pick<KubeApi, 'create' | 'apply' | 'patch' | 'replace' | 'delete'> {
  async function write(request: KubeRequest, call: KubeCall): Promise<KubeObject> {
    return readObject(await caller.call(request, call), request.what);
  }
  return {
    create: async (target, content, call) => {
      const body = identify(target, content);
      return await write(renderNameRequest(target, { verb: 'create', query: ours, body }), call);
    },
    apply: async (target, content, call) => {
      const query = { ...ours, force: true };
      const body = identify(target, content, call.on);
      return await write(renderNameRequest(target, { verb: 'apply', query, body }), call);
    },
    patch: async (target, content, call) => {
      const { on, subresource } = call;
      const body = on === undefined ? content : withMetadata(content, { ...on });
      const parts = { verb: 'patch', query: ours, body, subresource } as const;
      return await write(renderNameRequest(target, parts), call);
    },
    replace: async (target, content, call) => {
      const body = identify(target, content);
      return await write(renderNameRequest(target, { verb: 'replace', query: ours, body }), call);
    },
    delete: async (target, call) => {
      const { on: preconditions } = call;
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
      await caller.call(renderNameRequest(target, { verb: 'delete', body }), call);
    },
  };
}

async function getObject(
  caller: Caller,
  target: KubeName,
  call: Parameters<KubeApi['get']>[1],
): Promise<KubeObject | null> {
  const { metadataOnly } = call;
  const request = renderNameRequest(target, { verb: 'get', metadataOnly });
  const answer = await caller.call(request, call);
  return answer === null ? null : readObject(answer, request.what);
}

/** A page that is too large is asked for again with half as many objects, and so are those to come of its kind. */
function createList(caller: Caller): KubeApi['list'] {
  const limits = new Map<string, number>();
  return async function list(query, call) {
    const { metadataOnly, resource } = query;
    const key = `${resource.plural}.${resource.group} ${String(metadataOnly)}`;
    const limit = Math.min(call.limit, limits.get(key) ?? Infinity);
    const page = { limit, continue: call.next };
    const request = renderQueryRequest(query, { verb: 'list', metadataOnly, query: page });
    try {
      return readPage(await caller.call(request, call), request.what);
    } catch (error) {
      const isTooLarge = isMayflyError(error) && error.code === 'MAYFLY_KUBE_TOO_LARGE';
      if (!isTooLarge || limit <= 1) throw error;
      limits.set(key, Math.floor(limit / 2));
      return await list(query, call);
    }
  };
}

async function* openWatch(
  parts: Pick<KubeApiDeps, 'clock'> & { readonly caller: Caller; readonly silenceMs: number },
  query: KubeWatch,
  call: Parameters<KubeApi['watch']>[1],
): AsyncGenerator<KubeWatchEvent> {
  const { caller, clock, silenceMs } = parts;
  const { resourceVersion, timeoutSeconds, metadataOnly } = query;
  const how = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
  const request = renderQueryRequest(query, { verb: 'watch', metadataOnly, query: how });
  const response = await caller.open(request, call);
  call.onOpen?.();
  const { what } = request;
  const wholeMs = timeoutSeconds * 1000 + endMarginMs;
  const user = call.as?.user ?? 'mayfly';
  const { signal } = call;
  yield* readWatch(response, { what, user, signal, clock, lineBytes, silenceMs, wholeMs });
}

/** The body with what its path says already, and the state it was decided on. */
function identify(target: KubeName, body: object, on?: KubePrecondition): object {
  const { resource, namespace, name } = target;
  const { group, version, kind } = resource;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const place = { name, ...(namespace !== undefined && { namespace }) };
  return withMetadata({ apiVersion, kind, ...body }, { ...place, ...on });
}

function withMetadata(body: object, more: Readonly<Record<string, string>>): object {
  const metadata = 'metadata' in body && isRecord(body.metadata) ? body.metadata : {};
  return { ...body, metadata: { ...metadata, ...more } };
}

const tokenSchema = Type.Object({
  status: Type.Object({ token: Type.String({ minLength: 1, maxLength: 65_536 }) }),
});

async function requestToken(
  caller: Caller,
  { namespace, name, audience, seconds }: AccountToken,
  call: KubeCall,
): Promise<SecretBytes> {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: audience === null ? [] : [audience], expirationSeconds: seconds },
  };
  const target = { resource: accountResource, namespace, name };
  const request = renderNameRequest(target, { verb: 'create', subresource: 'token', body });
  const answer = await caller.call(request, call);
  if (Check(tokenSchema, answer)) return SecretBytes.take(Buffer.from(answer.status.token));
  throw createError('MAYFLY_KUBE_ANSWER', { what: request.what, problem: 'it holds no token' });
}

const accountResource: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
};
