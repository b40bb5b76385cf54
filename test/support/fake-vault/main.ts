/**
 * A stand-in for Vault, as a program of its own: TLS, logins, KV, database, PKI, transit, leases and sealing, all in
 * memory. It passes the tests that the real one passes; what they do not ask for it does not have. Started by
 * `openFakeVault`, and ends with who started it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { answerFakeVault } from './answer-fake-vault.ts';
import { asFields, createFakeState } from './state.ts';

export interface FakeVaultStarted {
  readonly port: number;
  readonly caPem: string;
  readonly serving: { readonly certPem: string; readonly keyPem: string };
  readonly rootToken: string;
}

const { caPem, certPem, keyPem } = await createTestCertificates([
  '127.0.0.1',
  'localhost',
  'vault.test',
]);
const rootToken = `hvs.${randomBytes(18).toString('base64url')}`;
const state = createFakeState(rootToken);
const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
  respond(request, response).catch(() => response.writeHead(500).end());
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'https://vault.test');
  const path = decodeURIComponent(pathname.replace(/^\/v1\//u, ''));
  const content = await text(request);
  const body = content === '' ? {} : asFields(JSON.parse(content));
  const token = String(request.headers['x-vault-token'] ?? '');
  const asked = { method: request.method ?? 'GET', path, query, body };
  const answer = await answerFakeVault(state, asked, token);
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(answer.body === null ? undefined : `${JSON.stringify(answer.body)}\n`);
}

process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const serving = { certPem, keyPem };
  process.send?.({ port, caPem, serving, rootToken } satisfies FakeVaultStarted);
});
