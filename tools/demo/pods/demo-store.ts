import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { isAtHand, requirePart } from '#test/support/parts.ts';
import { openRealVault } from '#test/support/vault/open-real-vault.ts';
import type { FurnishedVault } from '#test/support/vault/vault-under-test.ts';

/** What pods fetch from, and what to call it on the screen. */
export interface DemoStore extends FurnishedVault {
  readonly called: string;
  readonly note: string;
  /** Puts another value in place of the one before. */
  write(fields: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** The path that the role of the demo may read. */
export const demoPath = 'secret/data/team/db';

/** A real Vault where one is at hand: nothing is built for a demo. Else the stand-in that passes the same tests. */
export async function openDemoStore(): Promise<DemoStore> {
  const isReal = isAtHand('vault');
  const vault = isReal ? await openRealVault(await requirePart('vault')) : await openFakeVault();
  const called = isReal ? 'a real Vault' : 'a stand-in for Vault, a program of its own,';
  const note = isReal
    ? 'built for the tests of this repository'
    : 'no real Vault is here; the stand-in passes the same contract tests';
  return {
    ...vault,
    called,
    note,
    write: async (fields) => void (await vault.root.call('POST', demoPath, { data: fields })),
  };
}
