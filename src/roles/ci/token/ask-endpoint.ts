import { createError } from '#core/errors/mayfly-error.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import { pickText } from '#core/secret/pick-text.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree } from '#core/secret/secret-tree.ts';
import type { HttpsAnswer } from '#platform/https/send-https.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';
import { createSender } from '../servers/create-sender.ts';
import { failureOfBusy } from '../servers/failure-of-busy.ts';
import { splitUrl } from '../servers/split-url.ts';
import { tryAgain } from '../servers/try-again.ts';
import { takeToken, type TokenSource } from './token-source.ts';

/** An endpoint of a CI system that makes tokens for its jobs. */
export interface TokenEndpoint {
  /** As messages name it. */
  readonly server: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** The variable with the credential of the job. */
  readonly bearer: string;
  /** What the answer calls the token. */
  readonly field: string;
}

/** Asks an endpoint, again where that may help. Throws `MAYFLY_CI_ADDRESS`, and what a connection fails with. */
export function createEndpointSource(world: CiWorld, endpoint: TokenEndpoint): TokenSource {
  const { server, method, bearer } = endpoint;
  return {
    name: server,
    async fetch(outer): Promise<SecretBytes> {
      const credential = readVariable(world, bearer);
      if (credential === null) throw noToken(`the variable ${bearer} is empty`);
      const { address, path } = splitUrl(server, endpoint.url);
      const send = createSender({ name: server, address, ca: null }, world.clock);
      const headers = {
        authorization: `Bearer ${credential}`,
        accept: 'application/json',
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      };
      const body = method === 'POST' ? new Uint8Array(0) : null;
      return await tryAgain(world, outer, async (signal) => {
        const answer = await send({ method, path, headers, body }, signal);
        return readToken(world, endpoint, answer);
      });
    },
  };
}

function readToken(world: CiWorld, endpoint: TokenEndpoint, answer: HttpsAnswer): SecretBytes {
  const { server, field } = endpoint;
  const { body, status } = answer;
  const busy = failureOfBusy(server, answer, world.clock);
  const parsed = busy === null && status < 300 ? parseSecretJson(body) : null;
  body.fill(0);
  if (busy !== null) throw busy;
  if (status >= 300) throw noToken(`${server} answered with status ${status}`);
  try {
    const token = parsed === null ? null : pickText(parsed, field);
    if (token === null) throw createError('MAYFLY_CI_ANSWER', { server });
    return takeToken(server, token.copy());
  } finally {
    if (parsed !== null) wipeTree(parsed);
  }
}

function noToken(problem: string): Error {
  return createError('MAYFLY_CI_TOKEN_NONE', { problem });
}
