import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';
import { expectCode } from '#test/support/expect-code.ts';

const what = 'the answer';

describe('reading a stream within bounds', () => {
  it('returns what comes, up to the limit, and wipes the chunks', async () => {
    const chunks = [Buffer.from('ab'), Buffer.from('cd')];
    const bytes = await readStreamBounded(Readable.from(chunks), { what, limit: 4 });
    expect(bytes.toString()).toBe('abcd');
    expect(Buffer.concat(chunks)).toEqual(Buffer.alloc(4));
  });

  it('takes text and plain byte arrays too', async () => {
    const stream = Readable.from(['ä', Uint8Array.of(98)]);
    expect((await readStreamBounded(stream, { what, limit: 4 })).toString()).toBe('äb');
  });

  it('stops at the limit of an endless stream and destroys it', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1000));
      },
    });
    const read = readStreamBounded(endless, { what, limit: 5000 });
    const error = await expectCode(read, 'MAYFLY_STREAM_TOO_LARGE');
    expect(error.message).toBe('the answer is larger than 5000 bytes');
    expect(endless.destroyed).toBe(true);
  });

  it('stops a stalled stream with the reason of the signal', async () => {
    const stalled = new Readable({ read: () => undefined });
    const controller = new AbortController();
    const read = readStreamBounded(stalled, { what, limit: 10, signal: controller.signal });
    controller.abort(createError('MAYFLY_RECONCILE_TIMEOUT', { controller: 'c', seconds: 1 }));
    await expectCode(read, 'MAYFLY_RECONCILE_TIMEOUT');
    expect(stalled.destroyed).toBe(true);
  });

  it('names a stream that breaks, without the text of its failure', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('hunter2'));
      },
    });
    const error = await expectCode(
      readStreamBounded(broken, { what, limit: 10 }),
      'MAYFLY_STREAM_BROKEN',
    );
    expect(error.message).toBe('the answer ended before it was complete');
  });

  it('refuses a stream of objects', async () => {
    const objects = Readable.from([{ a: 1 }]);
    await expectCode(readStreamBounded(objects, { what, limit: 10 }), 'MAYFLY_INTERNAL_BUG');
  });
});
