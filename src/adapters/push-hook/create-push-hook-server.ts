import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import {
  isPushEvent,
  parsePushHookClaim,
  type HookHeaders,
  type PushHookType,
} from '#core/git/push-hook.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createHttpServer, type HttpServerOptions } from '#platform/http/create-http-server.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createBuckets, createTokenBucket } from '#platform/http/token-bucket.ts';
import { verifyClaim } from './verify-claim.ts';

export interface PushHook {
  readonly type: PushHookType;
  /** Wiped by the server after use. */
  readonly secret: SecretBytes;
}

export interface PushHookDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** The hook of a source; null when there is no such source or it has none. */
  readonly readHook: (namespace: string, name: string) => Promise<PushHook | null>;
  /** Called when the host of a source has told of a push; it is to look soon. */
  readonly onPush: (namespace: string, name: string) => void;
}

export interface PushHookOptions extends Pick<HttpServerOptions, 'tls'> {
  /** Of one source; 10 at once and one a second when it is not given. */
  readonly perSource?: { readonly burst: number; readonly perSecond: number };
  /** Of all requests before they are proven; 100 at once and 50 a second when it is not given. */
  readonly unproven?: { readonly burst: number; readonly perSecond: number };
}

/** GitHub sends up to 25 MiB; a body is hashed as it comes and never held. */
const maxBodyBytes = 25 * 1024 * 1024;
const countedSources = 10_000;
const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u;

export type PushHookServer = ReturnType<typeof createHttpServer>;

/**
 * An HTTP server for `POST /hooks/NAMESPACE/NAME`. A request that is not proven is told that it is denied, whether the
 * source exists or not; one that is proven is answered 202 when it tells of a push, else 204. The caller lets the
 * server listen and closes it.
 */
export function createPushHookServer(
  deps: PushHookDeps,
  options: PushHookOptions = {},
): PushHookServer {
  const answerHook = createHookAnswer(deps, options);
  const server = createHttpServer({
    logger: deps.logger,
    limits: { bodyBytes: maxBodyBytes },
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_, payload, done) => done(null, payload));
  server.post('/hooks/:namespace/:name', async (request, reply) => {
    const stream = request.body instanceof Readable ? request.body : Readable.from([]);
    const names = readNames(request.params);
    const answer = await answerHook({ ...names, headers: request.headers, stream });
    if (answer.kind === 'ignored') return reply.code(204).send();
    if (answer.kind === 'accepted') return reply.code(202).send({ accepted: true });
    const { error, waitSeconds } = answer;
    return reply.code(429).header('retry-after', waitSeconds).send({ error: error.code });
  });
  return server;
}

type HookAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'throttled'; readonly error: MayflyError; readonly waitSeconds: number };

function createHookAnswer(
  deps: PushHookDeps,
  options: PushHookOptions,
): (request: HookRequest) => Promise<HookAnswer> {
  const unproven = createTokenBucket(deps.clock, options.unproven ?? { burst: 100, perSecond: 50 });
  const perSource = createBuckets(deps.clock, {
    ...(options.perSource ?? { burst: 10, perSecond: 1 }),
    keys: countedSources,
  });
  return async (request) => {
    const { namespace, name, headers } = request;
    const waitAll = unproven.take();
    if (waitAll > 0) return throttle(waitAll);
    const type = await proveHook(deps, request);
    if (!isPushEvent(type, headers)) return { kind: 'ignored' };
    const wait = perSource.take(`${namespace}/${name}`);
    if (wait > 0) return throttle(wait);
    deps.onPush(namespace, name);
    return { kind: 'accepted' };
  };
}

function throttle(waitSeconds: number): HookAnswer {
  return {
    kind: 'throttled',
    error: createError('MAYFLY_GIT_HOOK_THROTTLED', {}),
    waitSeconds,
  };
}

interface HookNames {
  readonly namespace: string;
  readonly name: string;
}

function readNames(params: unknown): HookNames {
  const { namespace, name } = params as Readonly<Partial<Record<'namespace' | 'name', string>>>;
  return { namespace: namespace ?? '', name: name ?? '' };
}

interface HookRequest extends HookNames {
  readonly headers: HookHeaders;
  readonly stream: Readable;
}

/** Every denial takes the same steps, so that nobody learns which sources there are. */
async function proveHook(deps: PushHookDeps, request: HookRequest): Promise<PushHookType> {
  const { namespace, name, headers, stream } = request;
  const isNamed = objectName.test(namespace) && objectName.test(name);
  const known = isNamed ? await deps.readHook(namespace, name) : null;
  const hook = known ?? { type: 'generic', secret: SecretBytes.take(randomBytes(32)) };
  try {
    const claim = parsePushHookClaim(hook.type, headers);
    const body = { stream, maxBytes: maxBodyBytes };
    const isProven = await verifyClaim(claim, hook.secret.expose(), body);
    if (isProven && known !== null && hook.secret.size > 0) return hook.type;
  } finally {
    hook.secret.wipe();
  }
  throw createError('MAYFLY_GIT_HOOK_DENIED', {});
}
