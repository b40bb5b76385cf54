import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeCall } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { decideBackoffMs } from '#platform/reconcile/backoff.ts';
import { wait } from '#platform/time/wait.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import type { CallBudget } from '#platform/kube/call-budget.ts';
import { brokenOf, failureOf, isAbsence, type Refusal } from '#platform/kube/wire/failures.ts';
import type { KubeAccess, KubeCredentials } from '#core/ports/kube/kube-access.ts';
import { readJson } from '#platform/kube/wire/read-answer.ts';
import { readRefusal } from '#platform/kube/wire/read-refusal.ts';
import { parseRetryAfter } from '#platform/time/parse-retry-after.ts';
import { renderImpersonation, type KubeRequest } from '#platform/kube/wire/render-request.ts';
import { sendRequest } from './send-request.ts';
import type { LearningServerTime } from '#platform/kube/server-time.ts';

/** One request that was made. */
export interface KubeCallMetric {
  readonly verb: string;
  readonly resource: string;
  /** The HTTP status; `none` when there was no answer. */
  readonly code: string;
  readonly ms: number;
}

export interface CallerDeps {
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly access: KubeAccess;
  readonly serverTime: LearningServerTime;
  readonly budget: CallBudget;
  mayWrite(): boolean;
  onCall(call: KubeCallMetric): void;
}

export interface CallerOptions {
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly mostConnections: number;
  readonly answerBytes: number;
}

export interface Caller {
  /** The body of the answer; null when the object of the call is not there. Repeated where that does no harm. */
  call(request: KubeRequest, call: KubeCall): Promise<unknown>;
  /** An answer whose body goes on and on, over a connection of its own. */
  open(request: KubeRequest, call: KubeCall): Promise<IncomingMessage>;
}

/** One try of a call. */
interface Try {
  readonly request: KubeRequest;
  readonly call: KubeCall;
  readonly agent: Agent;
  /** When the first byte was sent: from then on the server may have acted. */
  sentAt: number | null;
  status: number | null;
}

/** Shorter than the server's own 90 s, so that it does not close a connection that is just being used. */
const idleMs = 60_000;
const mostTries = 4;
const backoff = { firstMs: 250, longestMs: 5000, longestAskedMs: 60_000 };
const defaultRetryAfterMs = 1000;

/** Makes calls: in the budget, in time, with the credentials of now, and again where that does no harm. */
export function createCaller(deps: CallerDeps, options: CallerOptions): Caller {
  return new HttpsCaller(deps, options);
}

class HttpsCaller implements Caller {
  readonly #deps: CallerDeps;
  readonly #options: CallerOptions;
  readonly #kept: Agent;
  readonly #single = new Agent({ keepAlive: false });

  constructor(deps: CallerDeps, options: CallerOptions) {
    this.#deps = deps;
    this.#options = options;
    const { mostConnections: maxSockets } = options;
    this.#kept = new Agent({ keepAlive: true, maxSockets, timeout: idleMs });
  }

  async call(request: KubeRequest, call: KubeCall): Promise<unknown> {
    const { clock, random } = this.#deps;
    const lastTryBefore = clock.ticks() + this.#options.timeoutMs;
    for (let count = 1; ; count += 1) {
      const current: Try = { request, call, agent: this.#kept, sentAt: null, status: null };
      try {
        return await this.#attempt(current, (response, signal) =>
          this.#readBody(current, response, signal),
        );
      } catch (error) {
        call.signal.throwIfAborted();
        const failure = brokenOf(request.what, error);
        const isLast = count === mostTries || clock.ticks() >= lastTryBefore;
        if (isLast || !isRepeatable(failure.code, current)) throw failure;
        const delayMs = decideBackoffMs(backoff, { count, askedMs: failure.retryAfterMs }, random);
        await wait(clock, delayMs, call.signal);
      }
    }
  }

  async open(request: KubeRequest, call: KubeCall): Promise<IncomingMessage> {
    const current: Try = { request, call, agent: this.#single, sentAt: null, status: null };
    try {
      return await this.#attempt(current, async (response, signal) => {
        if (response.statusCode === 200) return response;
        throw this.#failureOf(current, await readRefusal(response, { what: request.what, signal }));
      });
    } catch (error) {
      call.signal.throwIfAborted();
      throw brokenOf(request.what, error);
    }
  }

  async #attempt<T>(
    current: Try,
    read: (response: IncomingMessage, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, budget } = this.#deps;
    const { request, call } = current;
    const { verb, resource, what } = request;
    const { priority = 'normal', signal } = call;
    await budget.take({ what, priority, signal });
    const begunAt = this.#deps.clock.ticks();
    function reason(): Error {
      return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'no answer in time' });
    }
    const deadline = { clock, ms: this.#options.timeoutMs, signal, reason };
    try {
      return await withDeadline(deadline, async (own) => read(await this.#send(current, own), own));
    } finally {
      const code = String(current.status ?? 'none');
      const ms = this.#deps.clock.ticks() - begunAt;
      this.#deps.onCall({ verb, resource, code, ms });
    }
  }

  async #send(current: Try, signal: AbortSignal): Promise<IncomingMessage> {
    const { access, clock, serverTime } = this.#deps;
    const { what, body: content } = current.request;
    const credentials = await orAborted(readCredentials(access, what), signal);
    const body = content === undefined ? null : Buffer.from(JSON.stringify(content));
    try {
      const response = await sendRequest({
        what,
        options: this.#renderOptions(current, credentials, body?.length ?? 0),
        body,
        signal,
        connect: { clock, timeoutMs: this.#options.connectTimeoutMs },
        beforeSend: () => this.#passFence(current),
      });
      current.status = response.statusCode ?? 0;
      const sentAt = current.sentAt ?? 0;
      serverTime.learn(response.headers.date, { sentAt, answeredAt: this.#deps.clock.ticks() });
      return response;
    } finally {
      body?.fill(0);
    }
  }

  #passFence(current: Try): void {
    const { method, what } = current.request;
    if (method !== 'GET' && !this.#deps.mayWrite()) {
      throw createError('MAYFLY_KUBE_FENCED', { what });
    }
    current.sentAt = this.#deps.clock.ticks();
  }

  #renderOptions(
    { request, call, agent }: Try,
    credentials: KubeCredentials,
    length: number,
  ): RequestOptions {
    const { protocol, hostname, port, pathname } = new URL(this.#deps.access.server);
    return {
      protocol,
      hostname: hostname.replace(/^\[|\]$/gu, ''),
      port,
      path: `${pathname.replace(/\/$/u, '')}${request.path}`,
      method: request.method,
      agent,
      ...credentials.tls,
      headers: {
        ...credentials.headers,
        ...renderImpersonation(call.as),
        ...request.headers,
        'user-agent': this.#options.userAgent,
        ...(request.body !== undefined && { 'content-length': length }),
      },
    };
  }

  async #readBody(current: Try, response: IncomingMessage, signal: AbortSignal): Promise<unknown> {
    const { request } = current;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) {
      const limit = this.#options.answerBytes;
      return await readJson(response, { what: request.what, limit, signal });
    }
    const refusal = await readRefusal(response, { what: request.what, signal });
    const mayBeGone = request.verb === 'get' || request.verb === 'delete';
    if (mayBeGone && isAbsence(refusal, request.name)) return null;
    throw this.#failureOf(current, refusal);
  }

  #failureOf({ request, call }: Try, refusal: Refusal): MayflyError {
    const { budget, clock, random } = this.#deps;
    const asked = parseRetryAfter(refusal.retryAfter, clock.now());
    const retryAfterMs = refusal.status === 429 ? (asked ?? defaultRetryAfterMs) : asked;
    if (refusal.status === 429 && retryAfterMs !== undefined) {
      budget.pause(retryAfterMs * (1 + 0.1 * random.fraction()));
    }
    const user = call.as?.user ?? 'mayfly';
    return failureOf({ what: request.what, user, retryAfterMs }, refusal);
  }
}

async function readCredentials(access: KubeAccess, what: string): Promise<KubeCredentials> {
  try {
    return await access.credentials();
  } catch (error) {
    const reason = 'the credentials cannot be read';
    throw createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason }, { cause: error });
  }
}

/** Reads may be repeated; writes only when the server did certainly not act. */
function isRepeatable(code: ErrorCode, { request, sentAt, status }: Try): boolean {
  if (code !== 'MAYFLY_KUBE_UNAVAILABLE' && code !== 'MAYFLY_KUBE_THROTTLED') return false;
  return request.method === 'GET' || sentAt === null || status === 429;
}
