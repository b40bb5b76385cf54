import { constants } from 'node:fs';
import { open, unlink, writeFile } from 'node:fs/promises';
import type { ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import { join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import type { GitUrl } from '#core/git/address/git-url.ts';
import { renderSshOptions } from '#core/git/ssh-options.ts';
import type { GitAuth } from '#core/ports/git/git-repository.ts';
import type { SshAgent } from '#core/ports/ssh-agent.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';

/** What a git command needs to log in; nothing of it holds a credential but the descriptor. */
export interface Credentials {
  readonly env: Readonly<Record<string, string>>;
  /** Descriptor 4 of the child. */
  readonly descriptor: number | 'pipe' | null;
  /** Speaks to our program that the child calls. */
  attach(child: ChildProcess): void;
  close(): Promise<void>;
}

export interface CredentialsContext {
  readonly url: GitUrl;
  /** The address that was checked. */
  readonly address: string;
  /** A private folder in memory that lives as long as the session. */
  readonly folder: string;
  /** Where git finds our programs. */
  readonly programs: string;
  readonly sshProgram: string;
  readonly sshAgent: SshAgent;
}

const credentialDescriptor = 4;
const none: Credentials = {
  env: {},
  descriptor: null,
  attach: () => undefined,
  close: () => Promise.resolve(),
};

export async function openCredentials(
  auth: GitAuth,
  context: CredentialsContext,
): Promise<Credentials> {
  const { scheme } = context.url;
  if ((auth.kind === 'ssh') !== (scheme === 'ssh')) {
    throw createError('MAYFLY_GIT_AUTH_UNFIT', { kind: auth.kind, scheme });
  }
  switch (auth.kind) {
    case 'none':
      return none;
    case 'basic':
      checkPlain(auth.username, 'user name', context.url.host);
      checkPlain(auth.password, 'password', context.url.host);
      return openBasic(auth, context);
    case 'bearer':
      checkPlain(auth.token, 'token', context.url.host);
      return openBearer(auth.token, context);
    case 'ssh':
      return openSsh(auth, context);
  }
}

/** A line break would end a header or an answer early, and let the rest be read as something else. */
function checkPlain(secret: SecretBytes, part: string, host: string): void {
  const bytes = secret.expose();
  const isPlain = bytes.length > 0 && bytes.every((byte) => byte >= 32 && byte !== 127);
  if (!isPlain) throw createError('MAYFLY_GIT_CREDENTIAL_INVALID', { part, host });
}

function openBasic(auth: GitAuth & { kind: 'basic' }, context: CredentialsContext): Credentials {
  return {
    ...none,
    env: { GIT_ASKPASS: join(context.programs, 'askpass') },
    descriptor: 'pipe',
    attach: (child) => {
      const socket = findSocket(child);
      socket?.on('data', (question: Buffer) => {
        const secret = question.toString() === 'u' ? auth.username : auth.password;
        const answer = Buffer.concat([secret.expose(), Buffer.from('\n')]);
        socket.write(answer, () => answer.fill(0));
      });
    },
  };
}

function findSocket(child: ChildProcess): Duplex | null {
  const socket = child.stdio[credentialDescriptor];
  if (!(socket instanceof Duplex)) return null;
  // A program that ends before it has read everything breaks the socket; git tells what happened.
  socket.on('error', () => undefined);
  return socket;
}

/** The file has lost its name before anything is written to it; only holders of the descriptor can read it. */
async function openBearer(token: SecretBytes, context: CredentialsContext): Promise<Credentials> {
  if (!(await isMemoryBacked(context.folder))) {
    throw createError('MAYFLY_GIT_NO_MEMORY_FOLDER', { path: context.folder });
  }
  const path = join(context.folder, 'configuration');
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_RDWR, 0o600);
  await unlink(path);
  const escaped = escapeConfigValue(token.expose());
  const text = Buffer.concat([
    Buffer.from(`[http "${originOf(context.url)}"]\n\textraHeader = "Authorization: Bearer `),
    escaped,
    Buffer.from('"\n'),
  ]);
  await file.write(text);
  text.fill(0);
  escaped.fill(0);
  return {
    ...none,
    env: { GIT_CONFIG_GLOBAL: `/proc/self/fd/${credentialDescriptor}` },
    descriptor: file.fd,
    close: () => file.close(),
  };
}

function originOf(url: GitUrl): string {
  return new URL(url.href).origin;
}

function escapeConfigValue(bytes: Uint8Array): Buffer {
  const escaped = Buffer.alloc(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) length = escaped.writeUInt8(0x5c, length);
    length = escaped.writeUInt8(byte, length);
  }
  return escaped.subarray(0, length);
}

async function openSsh(
  auth: GitAuth & { kind: 'ssh' },
  context: CredentialsContext,
): Promise<Credentials> {
  const knownHosts = join(context.folder, 'known_hosts');
  const agentSocket = join(context.folder, 'agent');
  await writeFile(knownHosts, auth.knownHosts, { mode: 0o600 });
  const agent = await context.sshAgent.listen({ ...auth, host: context.url.host }, agentSocket);
  const options = renderSshOptions(context.url, context.address, { knownHosts, agentSocket });
  return {
    ...none,
    env: { GIT_SSH: join(context.programs, 'ssh'), GIT_SSH_VARIANT: 'ssh' },
    descriptor: 'pipe',
    attach: (child) => {
      findSocket(child)?.end(JSON.stringify([context.sshProgram, ...options]));
    },
    close: () => agent.close(),
  };
}
