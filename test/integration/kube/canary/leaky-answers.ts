import { canary } from '#test/support/canary/find-canary.ts';
import type { RequestFault } from '#test/support/cluster/faults/faults.ts';

/** What an API server, or a webhook behind it, says to a write with the canary: it quotes what it was sent. */
export interface LeakyAnswer {
  readonly name: string;
  readonly fault: RequestFault;
}

function quote(status: number, reason: string): RequestFault {
  const encoded = Buffer.from(canary).toString('base64');
  const message = `admission webhook "w" denied {"data":{"password":"${encoded}"}}: ${canary}`;
  const details = { name: canary, causes: [{ field: `data[${canary}]`, message }] };
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, details };
  return { kind: 'answer', status, body };
}

export const leakyAnswers: readonly LeakyAnswer[] = [
  { name: 'bad-request', fault: quote(400, 'BadRequest') },
  { name: 'forbidden', fault: quote(403, 'Forbidden') },
  { name: 'conflict', fault: quote(409, 'Conflict') },
  { name: 'too-large', fault: quote(413, 'RequestEntityTooLarge') },
  { name: 'invalid', fault: quote(422, 'Invalid') },
  { name: 'too-many', fault: quote(429, 'TooManyRequests') },
  { name: 'broken', fault: quote(500, canary) },
  { name: 'no-status', fault: { kind: 'answer', status: 503, body: `<p>${canary}` } },
  { name: 'no-secret', fault: { kind: 'answer', status: 201, body: { kind: canary } } },
  { name: 'lost', fault: { kind: 'lose-answer' } },
  { name: 'cut', fault: { kind: 'cut', afterBytes: 200 } },
];
