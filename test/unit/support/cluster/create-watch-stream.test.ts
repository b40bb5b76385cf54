import { describe, expect, it } from '@jest/globals';
import {
  createWatchStream,
  type DecideEvent,
  type WatchStream,
} from '#test/support/cluster/faults/create-watch-stream.ts';
import type { EventFault } from '#test/support/cluster/faults/faults.ts';

function lineOf(name: string): string {
  return `${JSON.stringify({ type: 'ADDED', object: { metadata: { name, namespace: 'team' } } })}\n`;
}

/** A stream, and all that reached its client, with a word for how it went. */
function aStream(decide: DecideEvent): { stream: WatchStream; sent: string[] } {
  const sent: string[] = [];
  const stream = createWatchStream(
    { write: (text) => sent.push(text), end: () => sent.push('end'), cut: () => sent.push('cut') },
    decide,
  );
  return { stream, sent };
}

function sendAll(faults: Readonly<Record<string, EventFault>>): readonly string[] {
  const { stream, sent } = aStream(({ name }) => faults[name] ?? null);
  for (const name of ['a', 'b', 'c']) stream.push(lineOf(name));
  stream.end();
  return sent;
}

describe('the stream of a watch', () => {
  it('passes on whole events, however they arrive', () => {
    const { stream, sent } = aStream(() => null);
    const text = lineOf('a') + lineOf('b');
    for (const character of text) stream.push(character);
    expect(sent).toEqual([lineOf('a'), lineOf('b')]);
  });

  it('tells its rules what the event is about', () => {
    const seen: unknown[] = [];
    const { stream } = aStream((event) => {
      seen.push(event);
      return null;
    });
    stream.push(lineOf('a'));
    stream.push('{"type":"ERROR","object":{"kind":"Status"}}\n');
    expect(seen).toEqual([
      { type: 'ADDED', name: 'a', namespace: 'team' },
      { type: 'ERROR', name: '', namespace: '' },
    ]);
  });

  it.each([
    ['drop', [lineOf('a'), lineOf('c'), 'end']],
    ['duplicate', [lineOf('a'), lineOf('b') + lineOf('b'), lineOf('c'), 'end']],
    ['postpone', [lineOf('a'), lineOf('c') + lineOf('b'), '', 'end']],
    ['freeze', [lineOf('a')]],
    ['end', [lineOf('a'), 'end']],
    ['cut', [lineOf('a'), 'cut']],
    ['partial', [lineOf('a'), lineOf('b').slice(0, lineOf('b').length / 2), 'cut']],
  ] as const)('can %s an event', (kind, expected) => {
    const sent = sendAll({ b: { kind } });
    expect(sent.filter((text) => text !== '')).toEqual(expected.filter((text) => text !== ''));
  });

  it('sends a postponed event at the end when none follows', () => {
    const sent = sendAll({ c: { kind: 'postpone' } });
    expect(sent).toEqual([lineOf('a'), lineOf('b'), lineOf('c'), 'end']);
  });

  it('ends with an error event', () => {
    const sent = sendAll({ b: { kind: 'error', status: 410 } });
    expect(sent.at(-1)).toBe('end');
    expect(JSON.parse(sent.at(-2) ?? '')).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
  });

  it('can be broken between two events', () => {
    const { stream, sent } = aStream(() => null);
    stream.push(lineOf('a'));
    stream.break({ kind: 'partial' });
    stream.push(lineOf('b'));
    expect(sent).toHaveLength(3);
    expect(() => JSON.parse(sent[1] ?? '') as unknown).toThrow(SyntaxError);
    expect(sent[2]).toBe('cut');
  });

  it('goes with the connection to the server', () => {
    const { stream, sent } = aStream(() => null);
    stream.cut();
    stream.end();
    expect(sent).toEqual(['cut']);
  });
});
