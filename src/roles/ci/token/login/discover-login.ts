import { createError } from '#core/errors/mayfly-error.ts';
import { pickText } from '#core/secret/pick-text.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';
import type { SendHttps } from '#platform/https/send-https.ts';
import type { CiWorld } from '../../ci-world.ts';
import { createSender } from '../../servers/create-sender.ts';
import { splitUrl } from '../../servers/split-url.ts';
import { readAnswer } from './read-answer.ts';

/** As whom a person logs in. */
export interface LoginChoice {
  readonly issuer: string;
  readonly clientId: string;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
}

/** Where a person logs in. */
export interface LoginPlace {
  /** As messages name it. */
  readonly server: string;
  readonly clientId: string;
  readonly send: SendHttps;
  readonly devicePath: string;
  readonly tokenPath: string;
}

/**
 * Asks an issuer for its endpoints, which have to be at its own origin: nothing else is spoken to. Throws
 * `MAYFLY_CI_ADDRESS`, and `MAYFLY_CI_LOGIN_DENIED` for an issuer that has no device login or calls itself otherwise.
 */
export async function discoverLogin(
  { clock }: CiWorld,
  { issuer, clientId, ca }: LoginChoice,
  signal: AbortSignal,
): Promise<LoginPlace> {
  const server = 'the issuer of the login';
  const { address, path } = splitUrl(server, issuer);
  const send = createSender({ name: server, address, ca }, clock);
  const document = `${path.replace(/\/$/u, '')}/.well-known/openid-configuration`;
  const headers = { accept: 'application/json' };
  const request = { method: 'GET', path: document, headers, body: null } as const;
  const { fields, status } = readAnswer({ server, clock }, await send(request, signal));
  function refuse(reason: string): Error {
    return createError('MAYFLY_CI_LOGIN_DENIED', { server, reason });
  }
  if (status !== 200) throw refuse(`its discovery document has status ${status}`);
  if (textOf(fields, 'issuer') !== issuer) throw refuse('it calls itself otherwise');
  function pathOf(name: string): string {
    const text = textOf(fields, name);
    if (text === null) throw refuse(`it has no ${name}`);
    const endpoint = splitUrl(server, text);
    if (endpoint.address !== address) throw refuse(`its ${name} is at another origin`);
    return endpoint.path;
  }
  const devicePath = pathOf('device_authorization_endpoint');
  return { server, clientId, send, devicePath, tokenPath: pathOf('token_endpoint') };
}

/** For what is no secret. */
export function textOf(fields: SecretMap, name: string): string | null {
  const bytes = pickText(fields, name)?.expose();
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
