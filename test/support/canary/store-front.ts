import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import {
  createAnsweringServer,
  type Answer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import type { VaultPlace } from '#test/support/vault/vault-client.ts';

/** What stands before a store: it passes on, remembers the tokens that pass, and answers by itself where it is told. */
export interface StoreFront extends VaultPlace {
  /** Tokens of the store and signatures of the tokens that were given for them. */
  readonly tokens: ReadonlySet<string>;
  /** Answers requests whose path has this in it; null passes everything on. */
  answer(fault: { readonly at: string; readonly answer: Answer } | null): void;
  close(): Promise<void>;
}

const tokenShapes = [/"client_token":"([^"]+)"/gu, /"jwt":"[^".]+\.[^".]+\.([^".]+)"/gu];

export async function createStoreFront(store: VaultPlace): Promise<StoreFront> {
  const server: AnsweringServer = await createAnsweringServer();
  const tokens = new Set<string>();
  let fault: Parameters<StoreFront['answer']>[0] = null;

  function learn(content: string): void {
    for (const shape of tokenShapes) {
      for (const [, token = ''] of content.matchAll(shape)) tokens.add(token);
    }
  }

  server.answer((response, asked) => {
    learn(asked.body);
    if (fault !== null && asked.path.includes(fault.at)) {
      fault.answer(response, asked);
      return;
    }
    const { host: _, ...headers } = asked.headers;
    const options = { method: asked.method, headers, ca: store.caPem };
    const sent = request(`${store.url}${asked.path}`, options, (incoming: IncomingMessage) => {
      void text(incoming).then((content) => {
        learn(content);
        response.writeHead(incoming.statusCode ?? 500, { 'content-type': 'application/json' });
        response.end(content);
      });
    });
    sent.on('error', () => response.destroy());
    sent.end(asked.body);
  });
  return {
    url: server.url,
    caPem: server.caPem,
    tokens,
    answer: (next) => {
      fault = next;
    },
    close: async () => await server.close(),
  };
}
