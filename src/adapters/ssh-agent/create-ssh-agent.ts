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

type SignEvent = [
  request: AgentInboundRequest,
  wanted: ParsedKey,
  content: Buffer,
  options: SigningRequestOptions,
];

function serveKey(socket: Socket, key: ParsedKey): void {
  const agent = new AgentProtocol(false);
  agent.on('identities', (request: AgentInboundRequest) =>
    agent.getIdentitiesReply(request, [key]),
  );
  agent.on('sign', (...[request, wanted, content, options]: SignEvent) => {
    const isOurs = wanted.getPublicSSH().equals(key.getPublicSSH());
    const signature = isOurs ? key.sign(content, options.hash) : null;
    if (Buffer.isBuffer(signature)) agent.signReply(request, renderSignature(key, signature));
    else agent.failureReply(request);
  });
  function end(): void {
    socket.destroy();
  }
  agent.on('error', end);
  socket.on('error', end);
  agent.pipe(socket);
  socket.on('data', createMessageFilter({ agent, socket, end }));
}

/** ECDSA comes as DER and goes as two strings (RFC 5656 section 3.1.2); the integers are written alike. */
function renderSignature(key: ParsedKey, signature: Buffer): Buffer {
  if (!key.type.startsWith('ecdsa-')) return signature;
  const start = signature[1] === 0x81 ? 3 : 2;
  const middle = start + 2 + (signature[start + 1] ?? 0);
  const integers = [signature.subarray(start + 2, middle), signature.subarray(middle + 2)];
  return Buffer.concat(
    integers.flatMap((integer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(integer.length);
      return [length, integer];
    }),
  );
}

const known: ReadonlySet<number> = new Set([11, 13]);
const failure = Buffer.from([0, 0, 0, 1, 5]);
const maxMessage = 256 * 1024;

interface Filter {
  readonly agent: AgentProtocolStream;
  readonly socket: Socket;
  readonly end: () => void;
}

type AgentProtocolStream = InstanceType<typeof AgentProtocol>;

/**
 * Passes on the requests for identities and signatures and refuses all others here: the library loses its place
 * in the stream after a message it does not know, and OpenSSH begins with one (`session-bind@openssh.com`).
 */
function createMessageFilter({ agent, socket, end }: Filter): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length > 4) {
      const length = 4 + held.readUInt32BE(0);
      if (length > maxMessage) end();
      if (length > maxMessage || held.length < length) return;
      const message = held.subarray(0, length);
      held = held.subarray(length);
      if (known.has(message[4] ?? 0)) agent.write(message);
      else socket.write(failure);
    }
  };
}
