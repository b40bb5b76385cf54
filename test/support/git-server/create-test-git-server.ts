/**
 * A real git over real https: `git upload-pack --stateless-rpc` behind node's https server. Free of the test
 * runner, so that demos use it too.
 *
 *     const server = await createTestGitServer({ repository: '/path/to/bare.git' });
 *     server.url       // https://localhost:PORT/repository.git
 *     server.caPem     // the CA that signed its certificate, for `ca` of a source
 *     server.requests  // one `GET /path` or `POST /path` for each request so far
 *     await server.close();
 *
 * With `auth` it answers 401 to anything but those credentials; with `filters: false` it offers no partial
 * clones; `answer` may answer a request itself (429, 500, a redirect) by returning true.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { createTestCertificates, type TestCertificates } from './create-test-certificates.ts';

export interface TestGitServerOptions {
  /** The folder of a bare repository. */
  readonly repository: string;
  /** False for a host without partial clones. */
  readonly filters?: boolean;
  /** The value that `Authorization` must have. */
  readonly auth?: string;
  /** Names and addresses in the certificate; the first one is the URL's. */
  readonly hosts?: readonly string[];
  readonly certificates?: TestCertificates;
  /** Where it listens; default: on the loopback of this machine. */
  readonly address?: string;
  /** Answers a request instead of git when it returns true. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface TestGitServer {
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What `Authorization` is for a user name and password. */
export function renderBasicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export async function createTestGitServer(options: TestGitServerOptions): Promise<TestGitServer> {
  const hosts = options.hosts ?? ['localhost', '127.0.0.1', '::1'];
  const certificates = options.certificates ?? (await createTestCertificates(hosts));
  const requests: string[] = [];
  const server = createServer({ key: certificates.keyPem, cert: certificates.certPem });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (options.answer?.(request, response) !== true) answerGit(options, request, response);
  });
  server.listen(0, options.address ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${hosts[0] ?? 'localhost'}:${port}/repository.git`,
    port,
    caPem: certificates.caPem,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerGit(
  options: TestGitServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = (request.url ?? '').replace(/^\/repository\.git/u, '');
  if (options.auth !== undefined && request.headers.authorization !== options.auth) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  } else if (path === '/info/refs?service=git-upload-pack') {
    response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
    response.write('001e# service=git-upload-pack\n0000');
    serve(options, ['--stateless-rpc', '--advertise-refs'], { request, response });
  } else if (path === '/git-upload-pack') {
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    serve(options, ['--stateless-rpc'], { request, response });
  } else {
    response.writeHead(404).end();
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function serve(
  options: TestGitServerOptions,
  flags: readonly string[],
  { request, response }: Exchange,
): void {
  const child = spawn('git', renderUploadPack(options.repository, options.filters ?? true, flags), {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const isPacked = request.headers['content-encoding'] === 'gzip';
  const body = isPacked ? request.pipe(createGunzip()) : request;
  child.stdin.on('error', () => undefined);
  body.on('error', () => child.kill());
  body.pipe(child.stdin);
  child.stdout.pipe(response);
  response.on('close', () => child.kill());
}

/** The arguments of git for serving one repository, whoever owns its folder. */
export function renderUploadPack(
  repository: string,
  filters: boolean,
  flags: readonly string[],
): readonly string[] {
  const config = {
    'safe.directory': '*',
    'uploadpack.allowFilter': String(filters),
    'uploadpack.allowAnySHA1InWant': 'true',
  };
  const options = Object.entries(config).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return [...options, 'upload-pack', ...flags, repository];
}
