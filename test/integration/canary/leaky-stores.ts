import type { ServerResponse } from 'node:http';
import { canary } from '#test/support/canary/find-canary.ts';
import { canaryValues } from '#test/support/canary/canary-values.ts';
import type { Answer } from '#test/support/stores/create-answering-server.ts';

/** An answer that holds every value in a place where it does not belong, and what must be said of it. */
export interface LeakyAnswer {
  readonly name: string;
  readonly code: string;
  readonly answer: Answer;
}

const fields = JSON.stringify(canaryValues);
const complaint = { errors: [`cannot do with ${Object.values(canaryValues).join(' ')}`] };

function say(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'x-why': canary, ...headers }).end(body);
  };
}

/** An error that quotes every value. */
export function complain(status: number, headers: Record<string, string> = {}): Answer {
  return say(status, JSON.stringify(complaint), headers);
}

/** Past what makes answers well-formed. */
function sayRaw(text: string): Answer {
  return ({ socket }: ServerResponse) => socket?.end(text);
}

/** To a read. */
export const leakyReads: readonly LeakyAnswer[] = [
  { name: 'says that it is sealed', code: 'MAYFLY_STORE_SEALED', answer: complain(503) },
  { name: 'says that it is forbidden', code: 'MAYFLY_STORE_DENIED', answer: complain(403) },
  {
    name: 'asks to slow down, for a time that is a value',
    code: 'MAYFLY_STORE_THROTTLED',
    answer: complain(429, { 'retry-after': canary }),
  },
  { name: 'says that it failed', code: 'MAYFLY_STORE_UNAVAILABLE', answer: complain(500) },
  { name: 'says that the request is wrong', code: 'MAYFLY_STORE_REFUSED', answer: complain(400) },
  { name: 'says that there is nothing', code: 'MAYFLY_STORE_NOT_FOUND', answer: complain(404) },
  {
    name: 'redirects to a value',
    code: 'MAYFLY_STORE_REDIRECT',
    answer: complain(307, { location: `https://127.0.0.1:1/${encodeURIComponent(canary)}` }),
  },
  {
    name: 'answers more than is taken',
    code: 'MAYFLY_STORE_TOO_LARGE',
    answer: say(200, `{"data":{"plain":"${canaryValues.long.repeat(2000)}"}}`),
  },
  {
    name: 'answers half',
    code: 'MAYFLY_STORE_ANSWER',
    answer: say(200, `{"data":{"data":${fields}`),
  },
  {
    name: 'answers a value that is no JSON',
    code: 'MAYFLY_STORE_ANSWER',
    answer: say(200, canary),
  },
  {
    name: 'answers a value in place of fields',
    code: 'MAYFLY_STORE_ANSWER',
    answer: say(200, JSON.stringify({ data: canary, lease_id: canary })),
  },
  {
    name: 'answers less than it announced',
    code: 'MAYFLY_STORE_UNAVAILABLE',
    answer: (response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write(`{"data":${fields}`, () => response.destroy());
    },
  },
  {
    name: 'answers what is no HTTP',
    code: 'MAYFLY_STORE_UNAVAILABLE',
    answer: sayRaw(`${canaryValues.lines}\r\n\r\n`),
  },
  {
    name: 'answers a header that is none',
    code: 'MAYFLY_STORE_UNAVAILABLE',
    answer: sayRaw(`HTTP/1.1 200 ${canaryValues.colon}\r\n${canaryValues.quotes}\r\n\r\n`),
  },
  {
    name: 'closes the connection',
    code: 'MAYFLY_STORE_UNAVAILABLE',
    answer: (response) => response.destroy(),
  },
];

function logInWith(auth: object): Answer {
  return say(200, JSON.stringify({ auth: { lease_duration: 600, renewable: true, ...auth } }));
}

/** To a login. */
export const leakyLogins: readonly LeakyAnswer[] = [
  {
    name: 'quotes the token that it was sent',
    code: 'MAYFLY_STORE_LOGIN_DENIED',
    answer: (response, { body }) => {
      response.writeHead(400).end(JSON.stringify({ errors: [body] }));
    },
  },
  {
    name: 'is cut',
    code: 'MAYFLY_STORE_ANSWER',
    answer: say(200, `{"auth":{"client_token":"${canaryValues.long}"`),
  },
  {
    name: 'holds a token that is a number, and a value beside it',
    code: 'MAYFLY_STORE_DENIED',
    answer: logInWith({ client_token: 12, policies: [canary] }),
  },
  {
    name: 'holds a token that no header can hold',
    code: 'MAYFLY_STORE_ANSWER',
    answer: logInWith({ client_token: canaryValues.lines }),
  },
];
