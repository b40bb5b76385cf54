import { describe, expect, it } from '@jest/globals';
import { Option } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';
import type { CommandEntry } from '#roles/cli/frame/command.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal, type FakeTerminal } from '#test/support/cli/fake-terminal.ts';

const loaded: string[] = [];

const greet: CommandEntry = {
  name: 'greet',
  summary: 'greet a person',
  load: () => {
    loaded.push('greet');
    return Promise.resolve((command, terminal) => {
      command
        .argument('<name>', 'whom')
        .addOption(new Option('--tone <tone>', 'how').choices(['warm', 'cold']))
        .action((name: string) => void terminal.stdout.write(`hello ${name}\n`));
    });
  },
};

const fail: CommandEntry = {
  name: 'fail',
  summary: 'fail in one of two ways',
  load: () =>
    Promise.resolve((command) => {
      command.argument('<how>').action((how: string) => {
        if (how === 'known') throw createError('MAYFLY_AGE_IDENTITY_NONE', { file: 'key.txt' });
        throw new Error('canary-secret');
      });
    }),
};

async function run(...args: string[]): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = createFakeTerminal(args);
  const code = await runCli(terminal, [greet, fail]);
  return { code, terminal };
}

describe('the command line', () => {
  it('runs the command that is asked for', async () => {
    const { code, terminal } = await run('greet', 'you');
    expect(code).toBe(0);
    expect(terminal.out().toString()).toBe('hello you\n');
  });

  it('says that a command of commands is none alone', async () => {
    const terminal = createFakeTerminal(['group']);
    const group: CommandEntry = {
      name: 'group',
      summary: 'a group',
      load: () => Promise.resolve((command) => void command.command('part')),
    };
    expect(await runCli(terminal, [group])).toBe(2);
    expect(terminal.err()).toContain('mayfly group is followed by one of its commands');
    expect(terminal.err()).toContain('[MAYFLY_CLI_USAGE]');
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'lists the commands for %j without loading one',
    async (args) => {
      loaded.length = 0;
      const { code, terminal } = await run(...args);
      expect(code).toBe(0);
      expect(terminal.out().toString()).toContain('greet');
      expect(terminal.out().toString()).toContain('Example:');
      expect(loaded).toEqual([]);
    },
  );

  it.each([[['greet', '--help']], [['help', 'greet']]])(
    'prints the help of a command for %j',
    async (args) => {
      const { code, terminal } = await run(...args);
      expect(code).toBe(0);
      expect(terminal.out().toString()).toContain('--tone <tone>');
    },
  );

  it('prints its version', async () => {
    const { code, terminal } = await run('--version');
    expect(code).toBe(0);
    expect(terminal.out().toString()).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

describe('a mistake on the command line', () => {
  it.each([
    {
      when: 'a mistyped command',
      args: ['gret', 'you'],
      said: 'unknown command gret, did you mean greet [MAYFLY_CLI_COMMAND_UNKNOWN]',
    },
    {
      when: 'a command like no other',
      args: ['quit'],
      said: 'unknown command quit [MAYFLY_CLI_COMMAND_UNKNOWN]',
    },
    {
      when: 'a mistyped option',
      args: ['greet', '--ton', 'warm', 'you'],
      said: 'unknown option --ton, did you mean --tone [MAYFLY_CLI_OPTION_UNKNOWN]',
    },
    {
      when: 'an option with a value stuck to it',
      args: ['greet', '--key=canary-secret'],
      said: 'unknown option --key [MAYFLY_CLI_OPTION_UNKNOWN]',
    },
    {
      when: 'a value in the place of a command',
      args: ['AGE-SECRET-KEY-1CANARY'],
      said: 'unknown command (not shown) [MAYFLY_CLI_COMMAND_UNKNOWN]',
    },
    {
      when: 'a missing argument',
      args: ['greet'],
      said: "not understood: missing required argument 'name' [MAYFLY_CLI_USAGE]",
    },
    {
      when: 'an option without its value',
      args: ['greet', 'you', '--tone'],
      said: "not understood: option '--tone <tone>' argument missing [MAYFLY_CLI_USAGE]",
    },
    {
      when: 'a value that is not allowed',
      args: ['greet', 'you', '--tone', "canary-secret' is invalid."],
      said: "option '--tone <tone>' has a value that is not allowed. Allowed choices are warm, cold [MAYFLY_CLI_USAGE]",
    },
    {
      when: 'one argument too many',
      args: ['greet', 'you', 'canary-secret'],
      said: "too many arguments for 'greet'. Expected 1 argument but got 2",
    },
  ])('is named without its values: $when', async ({ args, said }) => {
    const { code, terminal } = await run(...args);
    expect(terminal.err()).toContain(said);
    expect(terminal.err()).toContain('\nmayfly: hint: ');
    expect(terminal.err()).not.toContain('canary');
    expect(terminal.err()).not.toContain('CANARY');
    expect(terminal.out().toString()).toBe('');
    expect(code).toBe(2);
  });
});

describe('a command that fails', () => {
  it('says so in two lines, with the code and its exit status', async () => {
    const { code, terminal } = await run('fail', 'known');
    expect(code).toBe(2);
    expect(terminal.err()).toBe(
      'mayfly: error: key file key.txt holds no identity [MAYFLY_AGE_IDENTITY_NONE]\n' +
        'mayfly: hint: age-keygen makes one\n',
    );
  });

  it('shows nothing of an error that is not of the catalogue', async () => {
    const { code, terminal } = await run('fail', 'unknown');
    expect(code).toBe(70);
    expect(terminal.err()).toContain('[MAYFLY_INTERNAL_BUG]');
    expect(terminal.err()).not.toContain('canary');
  });

  it.each([
    { when: 'on a terminal', isTTY: true, env: {}, isColored: true },
    { when: 'with NO_COLOR', isTTY: true, env: { NO_COLOR: '1' }, isColored: false },
    { when: 'in a pipe', isTTY: false, env: {}, isColored: false },
  ])('is colored only on a terminal: $when', async ({ isTTY, env, isColored }) => {
    const terminal = createFakeTerminal(['fail', 'known'], { isTTY, env });
    await runCli(terminal, [fail]);
    expect(terminal.err().includes('\u001b[')).toBe(isColored);
  });
});
