import { afterEach, describe, expect, it } from '@jest/globals';
import type { Store } from '#core/api/store.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AuditEvent } from '#core/ports/broker/audit-log.ts';
import { createGitReader } from '#roles/broker/git-store/create-git-reader.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  startGitStores,
  type GitStoresRig,
} from '#test/support/git-stores/create-git-stores-rig.ts';
import { sealFile } from '#test/support/memory/memory-decryptor.ts';

const never = new AbortController().signal;
const path = { path: 'db.yaml', version: null };
let rig: GitStoresRig;

afterEach(async () => {
  await rig.close();
});

describe('a read of a git Store for a request', () => {
  it('is on record with the id of the request before it is answered', async () => {
    rig = await startGitStores({ 'apps/db.yaml': sealFile([{ password: 'one' }]) });
    const events: AuditEvent[] = [];
    const audit = { append: async (event: AuditEvent) => void events.push(event) };
    const { read } = createGitReader({ stores: rig.stores(), audit });
    const { secret, endsAt, end } = await read(
      { store: rig.store(), path, id: 'request-1' },
      never,
    );
    expect([secret.version, endsAt, end]).toEqual([rig.git.tip, null, null]);
    expect(events).toMatchObject([
      {
        id: 'request-1',
        event: 'decryption',
        fields: { store: 'prod/values', path: 'apps/db.yaml', commit: rig.git.tip, keys: 1 },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('one');
    secret.wipe();
  });

  it('is not answered when it cannot be recorded', async () => {
    rig = await startGitStores({ 'apps/db.yaml': sealFile([{ password: 'one' }]) });
    const fault = createError('MAYFLY_AUDIT_UNAVAILABLE', { reason: 'the disk is full' });
    const audit = { append: async () => await Promise.reject(fault) };
    const { read } = createGitReader({ stores: rig.stores(), audit });
    await expect(read({ store: rig.store(), path, id: 'request-1' }, never)).rejects.toBe(fault);
    expect(rig.decryptor.open).toBe(0);
  });

  it('is of a git Store alone', async () => {
    rig = await startGitStores({});
    const { read } = createGitReader({
      stores: rig.stores(),
      audit: { append: async () => undefined },
    });
    const store: Store = { ...rig.store(), provider: { kind: 'kubernetes' } };
    await expectCode(read({ store, path, id: 'request-1' }, never), 'MAYFLY_INTERNAL_BUG');
  });
});
