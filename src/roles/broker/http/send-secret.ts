import type { FastifyReply } from 'fastify';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Answers JSON with secrets in it, and wipes it once it has left. */
export function sendSecret(reply: FastifyReply, bytes: SecretBytes): FastifyReply {
  const { buffer, byteOffset, byteLength } = bytes.expose();
  // Who has gone away already is not told of any more.
  if (reply.raw.destroyed) bytes.wipe();
  else reply.raw.once('close', () => bytes.wipe());
  return reply.type('application/json').send(Buffer.from(buffer, byteOffset, byteLength));
}
