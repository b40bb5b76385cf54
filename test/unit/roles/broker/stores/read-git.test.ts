import { afterEach, describe, expect, it } from '@jest/globals';
import type { BrokerRead } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AuditEvent } from '#core/ports/broker/audit-log.ts';
import { readGit } from '#roles/broker/stores/read-git.ts';
import {
  startGitStores,
  type GitStoresRig,
} from '#test/support/git-stores/create-git-stores-rig.ts';
import { sealFile } from '#test/support/memory/memory-decryptor.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

let rig: GitStoresRig;

afterEach(async () => {
  await rig.close();
});

async function read(note: (event: AuditEvent) => void): Promise<BrokerRead> {
  rig = await startGitStores({ 'apps/db.yaml': sealFile([{ password: 'one' }]) });
  const path = { path: 'db.yaml', version: null };
  const asked = { id: 'request-1', store: rig.store(), path, entries: [], onBehalfOf: 'prod' };
  return await readGit(
    { gitStores: rig.stores(), audit: { note } },
    asked,
    AbortSignal.timeout(10_000),
  );
}

describe('a read of a git Store for a request', () => {
  it('is on record with the id of the request before it is answered', async () => {
    const events: AuditEvent[] = [];
    const { secret, opened } = await read((event) => void events.push(event));
    expect([secret.version, opened]).toEqual([rig.git.tip, null]);
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

  it('is not answered when it cannot be recorded, and leaves nothing behind', async () => {
    const fault = createError('MAYFLY_AUDIT_UNAVAILABLE', { reason: 'the disk is full' });
    const countUnwiped = trackSecrets();
    const asked = read(() => {
      throw fault;
    });
    await expect(asked).rejects.toBe(fault);
    expect([countUnwiped(), rig.decryptor.open]).toEqual([0, 0]);
  });
});
