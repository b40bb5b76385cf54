import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { settle } from '#test/support/fake-clock.ts';
import { until } from '#test/support/until.ts';
import {
  createClientSetup,
  refusal,
  secretNamed,
  secrets,
  type Answer,
  type ClientSetup,
} from './client-setup.ts';

const query = { resource: secrets, resourceVersion: '5', timeoutSeconds: 300 };

let setup: ClientSetup;
afterEach(() => setup.close());

describe('a watch', () => {
  it('tells what happens until the server ends it', async () => {
    setup = await createClientSetup();
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '12' } } };
    setup.answer(
      lines(
        { type: 'ADDED', object: secretNamed('web') },
        { type: 'MODIFIED', object: secretNamed('db') },
        { type: 'DELETED', object: secretNamed('web') },
        bookmark,
      ),
    );
    const opened: string[] = [];
    const events: KubeWatchEvent[] = [];
    const call = { ...setup.call, onOpen: () => opened.push('open') };
    for await (const event of setup.api.watch(query, call)) events.push(event);
    expect(opened).toEqual(['open']);
    expect(events.map((event) => event.kind)).toEqual(['added', 'modified', 'deleted', 'bookmark']);
    expect(events[3]).toEqual({ kind: 'bookmark', resourceVersion: '12' });
    expect(setup.seen[0]?.url).toBe(
      '/api/v1/secrets?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=300',
    );
    expect(setup.clock.pending).toBe(0);
  });

  it('reads events however they are cut into pieces', async () => {
    setup = await createClientSetup();
    const event = { type: 'ADDED', object: secretNamed('web', { note: 'Grüße 🔑' }) };
    const bytes = Buffer.from(`${JSON.stringify(event)}\n`.repeat(2));
    setup.answer((response) => void drip(response, bytes));
    const events = await collect();
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ object: { note: 'Grüße 🔑' } });
  });

  it.each([
    { when: 'the connection is cut within an event', answer: cut('{"type":"ADD', true) },
    { when: 'the connection is cut between events', answer: cut('', true) },
    { when: 'it ends within an event', answer: cut('{"type":"ADD', false) },
  ])('fails when $when', async ({ answer }) => {
    setup = await createClientSetup();
    setup.answer(answer);
    await expectCode(collect(), 'MAYFLY_KUBE_UNAVAILABLE');
  });

  it.each([
    ['MAYFLY_KUBE_EXPIRED', { type: 'ERROR', object: { code: 410, reason: 'Expired' } }],
    ['MAYFLY_KUBE_UNAVAILABLE', { type: 'ERROR', object: { code: 500, reason: 'InternalError' } }],
    ['MAYFLY_KUBE_UNAVAILABLE', { type: 'ERROR', object: 'nonsense' }],
    ['MAYFLY_KUBE_ANSWER', { type: 'RENAMED', object: {} }],
    ['MAYFLY_KUBE_ANSWER', { type: 'ADDED', object: { metadata: { name: 'web', uid: 7 } } }],
    ['MAYFLY_KUBE_ANSWER', { type: 'BOOKMARK', object: { metadata: {} } }],
    ['MAYFLY_KUBE_ANSWER', 'no event'],
  ] as const)('fails with %s on %j', async (code, event) => {
    setup = await createClientSetup();
    setup.answer(lines(event));
    await expectCode(collect(), code);
  });

  it('fails with what the server says when it does not open', async () => {
    setup = await createClientSetup();
    setup.answer(refusal(410, 'Expired'));
    await expectCode(collect(), 'MAYFLY_KUBE_EXPIRED');
    setup.answer(
      refusal(403, 'Forbidden', { message: 'secrets is forbidden: User "u" cannot watch x' }),
    );
    await expectCode(collect(), 'MAYFLY_KUBE_FORBIDDEN');
    expect(setup.calls.map(({ code }) => code)).toEqual(['410', '403']);
  });

  it('refuses an event that is too large', async () => {
    setup = await createClientSetup();
    setup.answer((response) => {
      response.writeHead(200);
      response.end(Buffer.alloc(5 * 1024 * 1024, 'x'));
    });
    await expectCode(collect(), 'MAYFLY_KUBE_TOO_LARGE');
  });
});

describe('a watch that falls silent', () => {
  it('fails when nothing was heard for too long, and closes its connection', async () => {
    setup = await createClientSetup({ silenceMs: 60_000 });
    setup.answer(openWith({ type: 'ADDED', object: secretNamed('web') }));
    const failure = expectCode(collect(), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(() => setup.clock.pending === 2);
    await setup.clock.advance(59_000);
    expect(setup.sockets.size).toBe(1);
    await setup.clock.advance(2000);
    expect((await failure).message).toContain('fell silent');
    await until(() => setup.sockets.size === 0);
  });

  it('fails when the server does not end it in time, however much it says', async () => {
    setup = await createClientSetup({ silenceMs: 60_000 });
    setup.answer((response) => {
      response.writeHead(200);
      const event = `${JSON.stringify({ type: 'ADDED', object: secretNamed('web') })}\n`;
      let cancel = (): void => undefined;
      const repeat = (): void => {
        response.write(event);
        cancel = setup.clock.after(30_000, repeat);
      };
      response.on('close', () => cancel());
      repeat();
    });
    const failure = expectCode(collect(), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(() => setup.clock.pending === 3);
    for (let round = 0; round < 10; round += 1) await setup.clock.advance(31_000);
    await setup.clock.advance(10_000);
    expect((await failure).message).toContain('fell silent');
  });
});

describe('a watch that is given up', () => {
  it('closes its connection at once when aborted, also while nobody reads', async () => {
    setup = await createClientSetup();
    setup.answer(openWith({ type: 'ADDED', object: secretNamed('web') }));
    const events = setup.api.watch(query, setup.call)[Symbol.asyncIterator]();
    await events.next();
    expect(setup.sockets.size).toBe(1);
    const reason = new Error('over');
    setup.abort(reason);
    await until(() => setup.sockets.size === 0);
    await expect(events.next()).rejects.toBe(reason);
  });

  it('closes its connection when its reader stops', async () => {
    setup = await createClientSetup();
    setup.answer(openWith({ type: 'ADDED', object: secretNamed('web') }));
    for await (const _ of setup.api.watch(query, setup.call)) break;
    await until(() => setup.sockets.size === 0);
    expect(setup.clock.pending).toBe(0);
    await settle();
  });
});

async function collect(): Promise<readonly KubeWatchEvent[]> {
  const events: KubeWatchEvent[] = [];
  for await (const event of setup.api.watch(query, setup.call)) events.push(event);
  return events;
}

/** Answers with these events and ends. */
function lines(...events: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200);
    response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  };
}

/** Answers with these events and goes on. */
function openWith(...events: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200);
    response.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  };
}

function cut(rest: string, isAbrupt: boolean): Answer {
  return (response) => {
    response.writeHead(200);
    const event = `${JSON.stringify({ type: 'ADDED', object: secretNamed('web') })}\n`;
    response.write(`${event}${rest}`, () => {
      if (isAbrupt) response.destroy();
      else response.end();
    });
  };
}

async function drip(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.writeHead(200);
  for (const byte of bytes) {
    response.write(Buffer.of(byte));
    await settle(1);
  }
  response.end();
}
