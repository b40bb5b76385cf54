import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSender } from '#roles/ci/servers/create-sender.ts';
import { parseAddress, splitUrl } from '#roles/ci/servers/split-url.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import {
  createAnsweringServer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import { expectCode } from '#test/support/expect-code.ts';

const request = { method: 'GET', path: '/', headers: {}, body: null } as const;
const { signal } = new AbortController();

let server: AnsweringServer;
beforeAll(async () => {
  server = await createAnsweringServer(['other.test']);
});
afterAll(async () => {
  await server.close();
});

async function ask(address: string): Promise<unknown> {
  const place = { name: 'the broker', address, ca: server.caPem };
  return await createSender(place, createSystemClock())(request, signal);
}

describe('asking a server', () => {
  it('refuses a certificate for another name', async () => {
    await expectCode(ask(server.url), 'MAYFLY_CI_CERTIFICATE_NAME');
  });

  it('says that a host cannot be resolved', async () => {
    await expectCode(ask('https://nowhere.invalid'), 'MAYFLY_CI_UNRESOLVED');
  });

  it('says that nobody answers', async () => {
    await expectCode(ask('https://127.0.0.1:1'), 'MAYFLY_CI_UNAVAILABLE');
  });
});

describe('an address', () => {
  it('is a host with or without a port', () => {
    expect(parseAddress('s', 'https://a.example:8443/')).toBe('https://a.example:8443');
    expect(splitUrl('s', 'https://a.example/b?c')).toEqual({
      address: 'https://a.example',
      path: '/b?c',
    });
  });

  it.each([
    'a.example',
    'http://a.example',
    'https://a.example/b',
    'https://u:p@a.example',
    'https://A.example',
  ])('is not %s', async (text) => {
    await expectCode(() => parseAddress('s', text), 'MAYFLY_CI_ADDRESS');
  });
});
