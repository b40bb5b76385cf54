import type { FastifyReply } from 'fastify';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Logger } from '#platform/log/logger.ts';

/** Answers a failure by its code or by a fixed word: the text of a foreign error may quote what was sent. */
export function answerError(logger: Logger, error: unknown, reply: FastifyReply): FastifyReply {
  const status = isMayflyError(error) ? error.httpStatus : readStatus(error);
  if (status >= 500) logger.error('request failed', { error });
  const word = status >= 500 ? 'internal error' : 'bad request';
  return reply.code(status).send({ error: isMayflyError(error) ? error.code : word });
}

export function answerUnknown(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'not found' });
}

/** Fastify's own refusals (a body too large, no JSON) carry a status of the 400s. */
function readStatus(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  const { statusCode } = error;
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isRefusal ? statusCode : 500;
}
