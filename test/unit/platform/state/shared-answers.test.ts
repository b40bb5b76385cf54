import { describe, expect, it } from '@jest/globals';
import { createSharedAnswers, type SharedAnswers } from '#platform/state/shared-answers.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

interface Scene {
  readonly clock: FakeClock;
  readonly share: SharedAnswers<string>;
  readonly forgotten: readonly string[];
}

function openScene(): Scene {
  const clock = createFakeClock();
  const forgotten: string[] = [];
  const onForget = (answer: string): void => void forgotten.push(answer);
  return { clock, forgotten, share: createSharedAnswers({ clock, sharedMs: 500, onForget }) };
}

async function refuse(): Promise<string> {
  return await Promise.reject(new Error('asked again'));
}

describe('an answer that is shared', () => {
  it('is for all who ask meanwhile and until its time is over', async () => {
    const { clock, share, forgotten } = openScene();
    const found = Promise.withResolvers<string>();
    const both = Promise.all([share('a', async () => await found.promise), share('a', refuse)]);
    found.resolve('one');
    expect(await both).toEqual(['one', 'one']);
    await clock.advance(499);
    expect([await share('a', refuse), forgotten]).toEqual(['one', []]);
    await clock.advance(1);
    expect([await share('a', async () => 'two'), forgotten]).toEqual(['two', ['one']]);
  });

  it('is for one key alone', async () => {
    const { share } = openScene();
    await share('a', async () => 'one');
    expect(await share('b', async () => 'two')).toBe('two');
  });

  it('is found anew when there was none, or finding it failed', async () => {
    const { share } = openScene();
    expect(await share('a', async () => null)).toBeNull();
    await expect(share('a', refuse)).rejects.toThrow('asked again');
    expect(await share('a', async () => 'one')).toBe('one');
  });
});
