/**
 * A real git over real ssh: `git upload-pack` behind ssh2's server, which lets one key in.
 *
 *     const server = await createTestSshServer({ repository, allowedKey });
 *     server.url         // ssh://git@localhost:PORT/repository.git
 *     server.knownHosts  // the known_hosts line of its host key
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { renderUploadPack } from './create-test-git-server.ts';

const { Server, utils } = ssh2;

export interface TestSshServerOptions {
  readonly repository: string;
  /** The public key that may log in, in OpenSSH format. */
  readonly allowedKey: string;
}

export interface TestSshServer {
  readonly url: string;
  readonly knownHosts: string;
  /** Every command that was asked for. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

export interface TestKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a key pair in OpenSSH format; with a passphrase the private key is encrypted. */
export function createTestKeyPair(
  type: 'ed25519' | 'ecdsa' | 'rsa',
  passphrase?: string,
): TestKeyPair {
  const sealed = passphrase === undefined ? null : { passphrase, cipher: 'aes256-ctr', rounds: 4 };
  for (;;) {
    const pair = generatePair(type, sealed);
    // Of two hundred ed25519 keys the library writes one that neither it nor OpenSSH can read.
    if (utils.parseKey(pair.private, passphrase) instanceof Error) continue;
    return { privateKey: pair.private, publicKey: pair.public };
  }
}

interface Sealing {
  passphrase: string;
  cipher: string;
  rounds: number;
}

function generatePair(
  type: 'ed25519' | 'ecdsa' | 'rsa',
  sealed: Sealing | null,
): { readonly private: string; readonly public: string } {
  switch (type) {
    case 'rsa':
      return utils.generateKeyPairSync('rsa', { bits: 2048, ...sealed });
    case 'ecdsa':
      return utils.generateKeyPairSync('ecdsa', { bits: 256, ...sealed });
    case 'ed25519':
      return utils.generateKeyPairSync('ed25519', sealed ?? {});
  }
}

export async function createTestSshServer(options: TestSshServerOptions): Promise<TestSshServer> {
  const hostKey = createTestKeyPair('ed25519');
  const commands: string[] = [];
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => decideLogin(context, options.allowedKey));
    connection.on('ready', () => serveSession(connection, options, commands));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ssh://git@localhost:${port}/repository.git`,
    knownHosts: `[localhost]:${port} ${hostKey.publicKey}\n`,
    commands,
    close: async () => {
      for (const connection of connections) connection.end();
      server.close();
      await once(server, 'close');
    },
  };
}

function decideLogin(context: AuthContext, allowedKey: string): void {
  const allowed = utils.parseKey(allowedKey);
  if (context.method !== 'publickey' || allowed instanceof Error) {
    context.reject(['publickey']);
    return;
  }
  const isKey = allowed.getPublicSSH().equals(context.key.data);
  const isSigned =
    context.signature === undefined ||
    context.blob === undefined ||
    allowed.verify(context.blob, context.signature, context.hashAlgo);
  if (isKey && isSigned) context.accept();
  else context.reject(['publickey']);
}

function serveSession(
  connection: Connection,
  options: TestSshServerOptions,
  commands: string[],
): void {
  connection.on('session', (accept) => {
    const session = accept();
    let protocol = '';
    session.on('env', (acceptEnv, _reject, { key, val }) => {
      if (key === 'GIT_PROTOCOL') protocol = val;
      (acceptEnv as (() => void) | undefined)?.();
    });
    session.on('exec', (acceptExec, reject, { command }) => {
      commands.push(command);
      if (command === "git-upload-pack '/repository.git'") {
        serveUploadPack(acceptExec(), options, protocol);
      } else reject();
    });
  });
}

function serveUploadPack(
  channel: ServerChannel,
  options: TestSshServerOptions,
  protocol: string,
): void {
  const child = spawn('git', renderUploadPack(options.repository, true, []), {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROTOCOL: protocol,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  channel.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.on('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  channel.on('close', () => child.kill());
}
