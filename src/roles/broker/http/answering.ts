import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { encodeText } from '#core/format/utf8.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Logger } from '#platform/log/logger.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import type { Dialect, PlainAnswer } from './dialects.ts';
import { readAddress } from './name-address.ts';

/** What the routes answer by. */
export interface RouteDeps {
  readonly parts: BrokerParts;
  readonly logger: Logger;
  /** From the whole request to its answer. */
  readonly deadlineMs: number;
  /** Aborts when the process has no more time. */
  readonly ending: AbortSignal;
}

/** One request that is being answered. */
export interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The audit id. */
  readonly id: string;
  readonly address: string;
  readonly signal: AbortSignal;
}

/** Answers a request within the deadline; whatever is thrown is answered in the words of the dialect. */
export function answering(
  { parts, logger, deadlineMs, ending }: RouteDeps,
  dialect: Dialect,
  work: (about: Answering) => Promise<FastifyReply>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const id = parts.random.uuid();
    try {
      const { clock } = parts;
      return await withDeadline(
        {
          clock,
          ms: deadlineMs,
          signal: ending,
          reason: () => createError('MAYFLY_BROKER_DEADLINE', { limit: deadlineMs }),
        },
        async (signal) => await work({ request, reply, id, address: readAddress(request), signal }),
      );
    } catch (error) {
      return answerFailure({ logger, dialect, id }, error, reply);
    }
  };
}

interface Failing {
  readonly logger: Logger;
  readonly dialect: Dialect;
  readonly id: string;
}

function answerFailure(
  { logger, dialect, id }: Failing,
  error: unknown,
  reply: FastifyReply,
): FastifyReply {
  if (isMayflyError(error) && error.kind === 'unauthenticated') {
    return send(reply, dialect.refused('unauthenticated', id));
  }
  if (isMayflyError(error) && error.code === 'MAYFLY_BROKER_TOKEN_MISSING') {
    return send(reply, dialect.invalid([error]));
  }
  const answer = dialect.failed(error, id);
  if (answer.status === 500) logger.error('a request failed', { error });
  else if (answer.status !== 429) logger.warn('a request could not be answered', { error });
  return send(askToWait(error, reply), answer);
}

const tooOften: ErrorCode = 'MAYFLY_BROKER_THROTTLED';

/** Answers who asks too often before anything is looked at. Of a flood each costs as little as can be: no error is made. */
export function answerThrottled(waitSeconds: number, reply: FastifyReply): FastifyReply {
  return send(reply.header('retry-after', waitSeconds), { status: 429, body: { error: tooOften } });
}

function askToWait(error: unknown, reply: FastifyReply): FastifyReply {
  const waitMs = isMayflyError(error) ? error.retryAfterMs : undefined;
  return waitMs === undefined ? reply : reply.header('retry-after', Math.ceil(waitMs / 1000));
}

export function send(reply: FastifyReply, { status, body }: PlainAnswer): FastifyReply {
  return reply.code(status).send(body);
}

const bearer = /^Bearer +([\x21-\x7e]+) *$/iu;

/**
 * The token of a request: in the header or in the body, once. Throws `MAYFLY_BROKER_TOKEN_MISSING`. The caller wipes it.
 */
export function readToken(header: string | undefined, inBody: string | null): SecretBytes {
  const found = [bearer.exec(header ?? '')?.[1], inBody ?? undefined];
  const [token, ...more] = found.filter((each) => each !== undefined && each !== '');
  if (token === undefined || more.length > 0) {
    throw createError('MAYFLY_BROKER_TOKEN_MISSING', {});
  }
  return SecretBytes.take(encodeText(token));
}

/** Works with the token and wipes it. */
export async function withToken<T>(
  token: SecretBytes,
  work: (token: SecretBytes) => Promise<T>,
): Promise<T> {
  try {
    return await work(token);
  } finally {
    token.wipe();
  }
}
