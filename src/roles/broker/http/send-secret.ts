import type { FastifyReply } from 'fastify';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Answers JSON with secrets in it, and wipes it once it has left. */
export function sendSecret(reply: FastifyReply, bytes: SecretBytes): FastifyReply {
  const { buffer, byteOffset, byteLength } = bytes.expose();
  reply.raw.once('close', () => bytes.wipe());
  return reply.type('application/json').send(Buffer.from(buffer, byteOffset, byteLength));
}
