import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAuditLines } from '#adapters/audit/audit-files.ts';
import { openAuditLog } from '#adapters/audit/open-audit-log.ts';
import { createAuditVerifier, type AuditVerdict } from '#core/audit/verify-chains.ts';
import type { AuditEvent, AuditHead, AuditLog } from '#core/ports/broker/audit-log.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
beforeEach(async () => {
  folder = await createTempFolder();
});
afterEach(async () => {
  await folder.remove();
});

const event: AuditEvent = { id: 'a', event: 'exchange', fields: { policy: 'shop/deploy' } };

async function openLog(
  options: { fileBytes?: number; keepFiles?: number } = {},
): Promise<AuditLog> {
  const { fileBytes = 1_000_000, keepFiles = null } = options;
  return await openAuditLog(
    { clock: createFakeClock(), random: createFakeRandom(), digest: plainDigest },
    { folder: folder.path, fileBytes, keepFiles },
  );
}

async function verifyFolder(anchors: readonly AuditHead[] = []): Promise<AuditVerdict> {
  const verifier = createAuditVerifier(plainDigest, anchors);
  for await (const { path, line, text } of readAuditLines([folder.path])) {
    verifier.add(path, line, text ?? '');
  }
  return verifier.finish();
}

describe('the audit log of a process', () => {
  it('holds every record of many at once, in one chain', async () => {
    const log = await openLog();
    await Promise.all(Array.from({ length: 50 }, async () => await log.append(event)));
    await log.append(event);
    const verdict = await verifyFolder([log.head()]);
    expect(verdict).toMatchObject({ records: 51, problems: [] });
    expect(log.head().sequence).toBe(51);
    await log.close();
  });

  it('has a record on disk when its writer is told so', async () => {
    const log = await openLog();
    await log.append(event);
    const [name = ''] = await readdir(folder.path);
    expect(await readFile(join(folder.path, name), 'utf8')).toContain('"policy":"shop/deploy"');
    expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600);
    await log.close();
  });

  it('goes on in a new file when one is full, and keeps as many as it is told', async () => {
    const log = await openLog({ fileBytes: 100, keepFiles: 3 });
    for (let count = 0; count < 6; count += 1) await log.append(event);
    expect(await readdir(folder.path)).toHaveLength(3);
    const verdict = await verifyFolder([log.head()]);
    expect(verdict.problems).toEqual([]);
    expect([...verdict.cutStarts.values()]).toEqual([4]);
    await log.close();
  });

  it('keeps every file unless it is told how many', async () => {
    const log = await openLog({ fileBytes: 100 });
    for (let count = 0; count < 6; count += 1) await log.append(event);
    expect(await readdir(folder.path)).toHaveLength(6);
    expect((await verifyFolder()).problems).toEqual([]);
    await log.close();
  });

  it('refuses what it cannot write, and goes on with a whole chain afterwards', async () => {
    const log = await openLog({ fileBytes: 100 });
    await log.append(event);
    const elsewhere = `${folder.path}-elsewhere`;
    await rename(folder.path, elsewhere);
    await writeFile(folder.path, 'in the way');
    await expectCode(log.append(event), 'MAYFLY_AUDIT_UNAVAILABLE');
    expect(log.head().sequence).toBe(1);
    await rm(folder.path);
    await rename(elsewhere, folder.path);
    await log.append(event);
    expect(await verifyFolder([log.head()])).toMatchObject({ records: 2, problems: [] });
    await log.close();
  });

  it('goes on after an old file that cannot be deleted', async () => {
    const log = await openLog({ fileBytes: 100, keepFiles: 2 });
    const stuck = join(folder.path, `20200101T000000Z-${'0'.repeat(36)}-000000000001.jsonl`);
    await mkdir(stuck);
    await log.append(event);
    await expectCode(log.append(event), 'MAYFLY_AUDIT_UNAVAILABLE');
    await log.append(event);
    await rmdir(stuck);
    expect(await verifyFolder([log.head()])).toMatchObject({ records: 2, problems: [] });
    await log.close();
  });

  it('writes what was noted with the next record and before it', async () => {
    const log = await openLog();
    log.note({ ...event, event: 'decryption' });
    expect(log.head().sequence).toBe(0);
    await log.append(event);
    const lines = await Array.fromAsync(readAuditLines([folder.path]));
    const events = lines.map(({ text }) => (JSON.parse(text ?? '') as AuditEvent).event);
    expect(events).toEqual(['decryption', 'exchange']);
    expect(await verifyFolder([log.head()])).toMatchObject({ records: 2, problems: [] });
    await log.close();
  });

  it('keeps what was noted through a write that fails, and at its own end', async () => {
    const log = await openLog({ fileBytes: 100 });
    await log.append(event);
    const elsewhere = `${folder.path}-elsewhere`;
    await rename(folder.path, elsewhere);
    await writeFile(folder.path, 'in the way');
    log.note(event);
    await expectCode(log.append(event), 'MAYFLY_AUDIT_UNAVAILABLE');
    await rm(folder.path);
    await rename(elsewhere, folder.path);
    await log.append(event);
    expect(log.head().sequence).toBe(3);
    log.note(event);
    await log.close();
    expect(await verifyFolder([log.head()])).toMatchObject({ records: 4, problems: [] });
  });

  it('takes no more notes than it can keep until the disk takes them', async () => {
    const log = await openLog();
    for (let count = 0; count < 10_000; count += 1) log.note(event);
    expect(() => log.note(event)).toThrow('too many records wait to be written');
    await log.append(event);
    log.note(event);
    await log.close();
    expect(await verifyFolder([log.head()])).toMatchObject({ records: 10_002, problems: [] });
  });

  it('does not open where nothing can be written', async () => {
    await writeFile(join(folder.path, 'file'), '');
    const options = { folder: join(folder.path, 'file', 'below'), fileBytes: 1, keepFiles: null };
    const deps = { clock: createFakeClock(), random: createFakeRandom(), digest: plainDigest };
    await expectCode(openAuditLog(deps, options), 'MAYFLY_AUDIT_UNAVAILABLE');
  });
});

describe('the files of an audit log', () => {
  it('tell of an end that a crash cut off', async () => {
    const log = await openLog();
    await log.append(event);
    await log.close();
    const [name = ''] = await readdir(folder.path);
    await appendFile(join(folder.path, name), '{"instance":');
    const lines = await Array.fromAsync(readAuditLines([folder.path]));
    expect(lines.map(({ line, text }) => [line, text === null])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('are not other files', async () => {
    await writeFile(join(folder.path, 'notes.txt'), 'x\n');
    expect(await Array.fromAsync(readAuditLines([folder.path]))).toEqual([]);
  });

  it('are refused where there are none', async () => {
    const missing = Array.fromAsync(readAuditLines([join(folder.path, 'absent')]));
    await expectCode(missing, 'MAYFLY_FILE_MISSING');
  });

  it('are refused where a line is too long', async () => {
    const path = join(folder.path, 'long');
    await writeFile(path, 'x'.repeat(2_000_000));
    await chmod(path, 0o600);
    const reading = Array.fromAsync(readAuditLines([path]));
    await expectCode(reading, 'MAYFLY_STREAM_TOO_LARGE');
  });
});
