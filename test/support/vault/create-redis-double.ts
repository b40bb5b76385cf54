import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What Vault's database engine takes for a Redis: it says OK to everything. */
export interface RedisDouble {
  readonly port: number;
  close(): Promise<void>;
}

export async function createRedisDouble(): Promise<RedisDouble> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.setEncoding('latin1').on('data', (text: string) => {
      // A command is an array of texts; `*` begins nothing else.
      const commands = text.match(/^\*\d+\r$/gmu) ?? [];
      socket.write('+OK\r\n'.repeat(commands.length));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
