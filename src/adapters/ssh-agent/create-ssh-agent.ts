import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import ssh2, { type AgentInboundRequest, type ParsedKey, type SigningRequestOptions } from 'ssh2';
import { createError } from '#core/errors/mayfly-error.ts';
import type { SshAgent, SshKey } from '#core/ports/ssh-agent.ts';

const { AgentProtocol, utils } = ssh2;

/** An ssh agent in this process (draft-ietf-sshm-ssh-agent): lists one key and signs with it, nothing else. */
export function createSshAgent(): SshAgent {
  return {
    listen: async (key, socketPath) => {
      const parsed = parsePrivateKey(key);
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        serveKey(socket, parsed);
      });
      server.listen(socketPath);
      await once(server, 'listening');
      return {
        close: async () => {
          for (const socket of sockets) socket.destroy();
          server.close();
          await once(server, 'close');
        },
      };
    },
  };
}

/** The library wants text; the string cannot be wiped and lives until it is collected. */
function parsePrivateKey({ privateKey, passphrase, host }: SshKey): ParsedKey {
  const bytes = Buffer.from(privateKey.expose());
  const secret = passphrase === undefined ? undefined : Buffer.from(passphrase.expose());
  const parsed = utils.parseKey(bytes, secret);
  bytes.fill(0);
  secret?.fill(0);
  const keys: unknown = parsed;
  const key = Array.isArray(keys) ? (keys[0] as ParsedKey | undefined) : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw createError('MAYFLY_GIT_SSH_KEY_INVALID', { host });
  }
  return key;
}

function serveKey(socket: Socket, key: ParsedKey): void {
  const agent = new AgentProtocol(false);
  agent.on('identities', (request: AgentInboundRequest) =>
    agent.getIdentitiesReply(request, [key]),
  );
  agent.on(
    'sign',
    (
      request: AgentInboundRequest,
      wanted: ParsedKey,
      content: Buffer,
      options: SigningRequestOptions,
    ) => {
      const signature = wanted.equals(key) ? key.sign(content, options.hash) : null;
      if (Buffer.isBuffer(signature)) agent.signReply(request, signature);
      else agent.failureReply(request);
    },
  );
  const end = (): void => {
    socket.destroy();
  };
  agent.on('error', end);
  socket.on('error', end);
  socket.pipe(agent).pipe(socket);
}
