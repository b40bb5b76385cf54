import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { createHttpServer, type CertificatePair } from '#platform/http/create-http-server.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { AdmissionResult, WebhookMetrics } from '#platform/metrics/create-webhook-metrics.ts';
import { parseReview, renderAnswer, renderWarning, type AdmissionRequest } from './review.ts';
import type { Verdict } from './review.ts';

/** What is answered where; see readme.md. */
export const routes = ['pods', 'workloads', 'objects'] as const;
export type Route = (typeof routes)[number];

export type Decide = (request: AdmissionRequest) => Verdict;

export interface WebhookDeps {
  readonly logger: Logger;
  readonly clock: Pick<MonotonicClock, 'ticks'>;
  readonly metrics: Pick<WebhookMetrics, 'observeAdmission' | 'countPanic'>;
  /** Pure and from memory: nothing is asked of anybody while a review waits. */
  readonly decisions: Readonly<Record<Route, Decide>>;
}

export interface WebhookOptions {
  readonly tls: CertificatePair;
  /** From the first byte of a request to its answer; below the time-out of the API server. */
  readonly deadlineMs: number;
  /** Whether it is about to close: then no connection is kept, so that the API server dials another replica. */
  isEnding(): boolean;
}

/**
 * The API server takes objects of up to 3 MiB. A review holds two of them at most, the new and the old one, and little
 * beside. The reasoning is controller-runtime's:
 * https://github.com/kubernetes-sigs/controller-runtime/blob/main/pkg/webhook/admission/http.go
 */
const maxBodyBytes = 7 * 1024 * 1024;
/** Of all requests that are under way. Pods are some ten KiB: this is 9 of the largest, or thousands. */
const maxHeldBytes = 64 * 1024 * 1024;

/** Answers reviews over TLS. The caller lets it listen, replaces its certificate and closes it. */
export function createWebhookServer(deps: WebhookDeps, options: WebhookOptions): FastifyInstance {
  const { deadlineMs, tls } = options;
  const limits = { bodyBytes: maxBodyBytes, headersMs: deadlineMs, requestMs: deadlineMs };
  const server = createHttpServer({ logger: deps.logger, limits, tls });
  const startedTicks = new WeakMap<FastifyRequest, number>();
  boundHeldBytes(server);
  server.addHook('onRequest', (request, reply, done) => {
    startedTicks.set(request, deps.clock.ticks());
    if (options.isEnding()) reply.header('connection', 'close');
    done();
  });
  for (const route of routes) {
    server.post(`/${route}`, (request, reply) => {
      const started = startedTicks.get(request) ?? deps.clock.ticks();
      return answer(deps, { route, body: request.body, started, deadlineMs }, reply);
    });
  }
  return server;
}

/** Whoever reaches the port may send: what all of them send together stays below the memory there is. */
function boundHeldBytes(server: FastifyInstance): void {
  let held = 0;
  server.addHook('preParsing', (...[request, reply, payload, done]) => {
    let own = 0;
    payload.on('data', (chunk: Uint8Array) => {
      own += chunk.length;
      held += chunk.length;
      if (held > maxHeldBytes) request.raw.destroy();
    });
    reply.raw.once('close', () => {
      held -= own;
    });
    done(null, payload);
  });
}

interface Question {
  readonly route: Route;
  readonly body: unknown;
  readonly started: number;
  readonly deadlineMs: number;
}

function answer(deps: WebhookDeps, question: Question, reply: FastifyReply): FastifyReply {
  const { route, body, started } = question;
  const { clock, metrics } = deps;
  const review = parseReview(body);
  const { verdict, result } =
    review.kind === 'request'
      ? decide(deps, question, review.request)
      : { verdict: refuse(route, review.error), result: 'failed' as const };
  metrics.observeAdmission(route, result, clock.ticks() - started);
  const uid = review.kind === 'request' ? review.request.uid : review.uid;
  if (uid !== null) return reply.send(renderAnswer(uid, verdict));
  return reply.code(400).send({ error: 'MAYFLY_WEBHOOK_REVIEW' });
}

interface Decided {
  readonly verdict: Verdict;
  readonly result: AdmissionResult;
}

/** Whatever breaks, there is an answer. */
function decide(deps: WebhookDeps, question: Question, request: AdmissionRequest): Decided {
  const { route, started, deadlineMs } = question;
  try {
    const isLate = deps.clock.ticks() - started > deadlineMs;
    if (isLate) throw createError('MAYFLY_WEBHOOK_LATE', { limit: deadlineMs });
    const verdict = deps.decisions[route](request);
    return { verdict, result: nameResult(verdict) };
  } catch (error) {
    return { verdict: refuse(route, contain(deps, error)), result: 'failed' };
  }
}

function contain({ logger, metrics }: WebhookDeps, error: unknown): MayflyError {
  if (isMayflyError(error) && error.kind !== 'bug') return error;
  metrics.countPanic();
  logger.error('a review could not be decided', { error });
  return isMayflyError(error)
    ? error
    : createError('MAYFLY_INTERNAL_BUG', { where: 'the webhook' }, { cause: error });
}

/** Workloads are told and never kept from anything. */
function refuse(route: Route, error: MayflyError): Verdict {
  if (route !== 'workloads') return { kind: 'deny', errors: [error] };
  return { kind: 'allow', patch: [], warnings: [renderWarning(error)] };
}

function nameResult(verdict: Verdict): AdmissionResult {
  if (verdict.kind === 'deny') return 'denied';
  if (verdict.patch.length > 0) return 'patched';
  return verdict.warnings.length > 0 ? 'warned' : 'allowed';
}
