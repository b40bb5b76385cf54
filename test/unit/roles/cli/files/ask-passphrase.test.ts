import { describe, expect, it } from '@jest/globals';
import { askPassphrase } from '#roles/cli/files/ask-passphrase.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { expectCode } from '#test/support/expect-code.ts';

describe('asking for a passphrase', () => {
  it.each([
    { when: 'it is typed', typed: 'open sesame\r', read: 'open sesame' },
    { when: 'a letter is erased', typed: 'opem\u007fn\n', read: 'open' },
    { when: 'more follows', typed: 'open\nrest', read: 'open' },
    { when: 'it is too long', typed: `${'x'.repeat(2000)}\r`, read: 'x'.repeat(1024) },
  ])('reads it without showing it, when $when', async ({ typed, read }) => {
    const terminal = createFakeTerminal([], { isTTY: true });
    const answer = askPassphrase(terminal, 'key.txt');
    terminal.stdin.write(typed);
    expect(Buffer.from((await answer).expose()).toString()).toBe(read);
    expect(terminal.err()).toBe('Passphrase of key.txt: \n');
    expect(terminal.out()).toHaveLength(0);
  });

  it.each(['\u0003', 'half\u0004'])('can be cancelled', async (typed) => {
    const terminal = createFakeTerminal([], { isTTY: true, input: typed });
    const answer = askPassphrase(terminal, 'key.txt');
    await expectCode(answer, 'MAYFLY_CLI_PASSPHRASE_CANCELLED');
  });

  it('is refused without a terminal', async () => {
    const answer = askPassphrase(createFakeTerminal([], { input: 'open\n' }), 'key.txt');
    await expectCode(answer, 'MAYFLY_CLI_NO_TERMINAL');
  });
});
