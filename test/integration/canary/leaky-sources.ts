import type { IncomingMessage, ServerResponse } from 'node:http';
import { canary } from '#test/support/canary/find-canary.ts';

/** A git host that does not answer as it should to credentials that are the canary. */
export interface LeakySource {
  readonly name: string;
  readonly type: 'basic' | 'bearer';
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean;
}

function answerWith(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): LeakySource['answer'] {
  return ({ headers: { authorization = '' } }, response) => {
    const challenge = status === 401 ? { 'WWW-Authenticate': 'Basic realm="git"' } : {};
    // The host gives back what it was sent, as a hostile one may.
    response.writeHead(status, { ...challenge, ...headers });
    response.end(`you sent ${authorization} ${canary}`);
    return true;
  };
}

export const leakySources: readonly LeakySource[] = [
  { name: 'a password that is refused', type: 'basic', answer: answerWith(401) },
  { name: 'a token that is refused', type: 'bearer', answer: answerWith(401) },
  { name: 'a password without a right', type: 'basic', answer: answerWith(403) },
  { name: 'a token and no repository', type: 'bearer', answer: answerWith(404) },
  { name: 'a token and a host that fails', type: 'bearer', answer: answerWith(500) },
  {
    name: 'a token and a host that asks to wait',
    type: 'bearer',
    answer: answerWith(429, { 'Retry-After': '3600' }),
  },
  {
    name: 'a token and a host that leads elsewhere',
    type: 'bearer',
    answer: answerWith(302, { Location: `https://localhost:1/${canary.replaceAll('"', '')}` }),
  },
  {
    name: 'a password and a host that hangs up',
    type: 'basic',
    answer: (_, response) => {
      response.destroy();
      return true;
    },
  },
];
