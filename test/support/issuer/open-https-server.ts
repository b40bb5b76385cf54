import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';

/** A server over https at a loopback address. */
export interface HttpsServer {
  readonly url: string;
  readonly caPem: string;
  close(): Promise<void>;
}

/** Answers nothing until it is told what to serve: that may depend on the address. */
export async function openHttpsServer(): Promise<
  HttpsServer & { serve(listener: RequestListener): void }
> {
  const { caPem, certPem, keyPem } = await createTestCertificates(['127.0.0.1']);
  const server = createServer({ cert: certPem, key: keyPem });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    caPem,
    serve: (listener) => void server.on('request', listener),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
