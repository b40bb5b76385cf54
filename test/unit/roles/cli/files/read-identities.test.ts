import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readIdentities } from '#roles/cli/files/read-identities.ts';
import { agePassphrase } from '#test/support/age/vectors.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { expectCode } from '#test/support/expect-code.ts';

function vector(name: string): string {
  return fileURLToPath(new URL(`../../../../vectors/age-1.3.1/${name}`, import.meta.url));
}

describe('reading identities for a command', () => {
  it('takes every file of --identity, and then nothing from the environment', async () => {
    const terminal = createFakeTerminal([], { env: { MAYFLY_IDENTITY: '/nowhere' } });
    const keys = await readIdentities(terminal, [vector('x25519.txt'), vector('ssh-rsa')]);
    expect(keys.map((key) => key.name)).toEqual([vector('x25519.txt'), vector('ssh-rsa')]);
  });

  it('takes the file of MAYFLY_IDENTITY when none is named', async () => {
    const terminal = createFakeTerminal([], { env: { MAYFLY_IDENTITY: vector('hybrid.txt') } });
    expect(await readIdentities(terminal)).toHaveLength(1);
  });

  it('asks for the passphrase of a protected file', async () => {
    const terminal = createFakeTerminal([], { isTTY: true });
    terminal.stdin.write(`${agePassphrase}\r`);
    const [key] = await readIdentities(terminal, [vector('ssh-ed25519-protected')]);
    expect(Buffer.from(key?.bytes.expose() ?? []).toString()).toContain('BEGIN PRIVATE KEY');
  });

  it.each([{ env: {} }, { env: { MAYFLY_IDENTITY: '' } }])(
    'searches no other place: %j',
    async ({ env }) => {
      const terminal = createFakeTerminal([], { env: { ...env, SOPS_AGE_KEY_FILE: '/somewhere' } });
      await expectCode(readIdentities(terminal), 'MAYFLY_CLI_NO_IDENTITY');
    },
  );
});
