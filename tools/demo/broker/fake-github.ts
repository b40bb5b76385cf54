import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { openHttpsServer } from '#test/support/issuer/open-https-server.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken } from '#test/support/issuer/signing-key.ts';

/**
 * `fake-github.ts CA_FILE URL_FILE`: stands in for GitHub over https until it is told to end, as an issuer and as the
 * endpoint at which jobs ask for tokens. What a job asks with says which job it is. Writes the certificate of its
 * authority, then its address, to files.
 */
const jobs: Readonly<Record<string, object>> = {
  'job-on-main': { event_name: 'push' },
  'job-of-a-fork': {
    event_name: 'push',
    repository: 'stranger/octo-repo',
    repository_id: '99',
    repository_owner: 'stranger',
    repository_owner_id: '98',
    sub: 'repo:stranger/octo-repo:ref:refs/heads/main',
  },
};

const [caFile, urlFile] = process.argv.slice(2);
if (caFile === undefined || urlFile === undefined) {
  throw new Error('usage: fake-github.ts CA_FILE URL_FILE');
}
const key = createSigningKey('demo');
const { url: issuer, caPem, serve, close } = await openHttpsServer();
serve((request, response) => {
  const answer = answerTo(request);
  response.writeHead(answer === null ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}));
});
await writeFile(caFile, caPem);
await writeFile(`${urlFile}.new`, issuer);
await rename(`${urlFile}.new`, urlFile);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await close();

function answerTo({ url = '', headers }: IncomingMessage): object | null {
  const { pathname, searchParams } = new URL(url, issuer);
  switch (pathname) {
    case '/.well-known/openid-configuration':
      return { issuer, jwks_uri: `${issuer}/.well-known/jwks` };
    case '/.well-known/jwks':
      return { keys: [key.jwk] };
    case '/token':
      return makeToken(headers.authorization ?? '', searchParams.get('audience') ?? '');
    default:
      return null;
  }
}

function makeToken(authorization: string, aud: string): object | null {
  const change = jobs[authorization.replace(/^bearer /iu, '')];
  if (change === undefined) return null;
  const claims = makeClaims('github', Date.now(), { iss: issuer, aud, ...change });
  return { value: signToken(key, { claims: { ...claims, jti: crypto.randomUUID() } }) };
}
