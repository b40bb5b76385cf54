import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { runExchange } from '#roles/ci/run-exchange.ts';
import { parseWanted } from '#roles/ci/wanted.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';

let memory: string;
beforeEach(() => {
  memory = mkdtempSync('/dev/shm/mayfly-test-');
});
afterEach(() => rmSync(memory, { recursive: true, force: true }));

const wanted = parseWanted({ variables: [], files: ['A=vault:a#k'], formats: [] });
const job = { broker: { address: 'https://b', ca: null }, policy: 'shop/ci', wanted, ttlMs: null };

/** Runs an exchange in which a signal comes at a moment. */
async function stopAt(moment: 'exchange' | 'use') {
  const stopping = new AbortController();
  const did: string[] = [];
  const value = SecretBytes.take(Buffer.from('value'));
  function pass(name: string): void {
    did.push(name);
    if (name === moment) stopping.abort(new Error('stopped'));
  }
  const session = {
    exchange: async () => {
      pass('exchange');
      const values = new Map([['A', value]]);
      return { leaseId: 'lease-1', auditId: 'audit-1', expiresAt: 0, values };
    },
    end: async () => pass('end'),
  };
  const running = runExchange(createFakeCiWorld({ XDG_RUNTIME_DIR: memory }), session, {
    job,
    masks: { masking: 'none', allowShort: false },
    folder: { folder: null, allowDisk: true },
    signal: stopping.signal,
    use: async () => pass('use'),
  });
  await expect(running).rejects.toThrow('stopped');
  return { did, isWiped: value.isWiped, left: readdirSync(memory) };
}

describe('an exchange that a signal stops', () => {
  it('hands out nothing and leaves nothing', async () => {
    expect(await stopAt('exchange')).toEqual({ did: ['exchange', 'end'], isWiped: true, left: [] });
  });

  it('leaves nothing that was handed out, either', async () => {
    const ended = { did: ['exchange', 'use', 'end'], isWiped: true, left: [] };
    expect(await stopAt('use')).toEqual(ended);
  });
});
