import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { showLog } from '#test/support/ci/github-runner.ts';
import { openCiStage, type CiStage, type Ended } from '#test/support/ci/open-ci-stage.ts';

let stage: CiStage;
beforeEach(async () => {
  stage = await openCiStage();
});
afterEach(async () => {
  await stage.close();
});

const secret = ['-s', 'TOKEN=vault:secret/shop#canary'];
const registry = ['-f', 'AUTH=vault:secret/registry'];

async function exchange(...args: readonly string[]): Promise<Ended> {
  return await stage.run(['exchange', ...args], stage.github);
}

describe('mayfly exchange', () => {
  it('prints variables and where files are', async () => {
    const folder = join(stage.memory, 'job');
    const { code, stdout } = await exchange(...secret, ...registry, '--folder', folder);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `TOKEN='${canary}'\nAUTH='${folder}/AUTH'\n`,
    });
    expect(JSON.parse(await readFile(`${folder}/AUTH`, 'utf8'))).toMatchObject({ username: 'u' });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('prints for a shell', async () => {
    stage.broker.values.set('vault:secret/shop#canary', `it's ${canary}`);
    const { stdout } = await exchange(...secret, '-o', 'shell');
    expect(stdout).toBe(`export TOKEN='it'\\''s ${canary}'\n`);
  });

  it('prints JSON with the lease', async () => {
    const { stdout } = await exchange(...secret, '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      leaseId: 'lease-1',
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/u),
      auditId: 'audit-1',
      values: { TOKEN: canary },
    });
  });

  it('writes a file that only its owner reads, in memory', async () => {
    const file = join(stage.memory, 'job.env');
    const { stdout } = await exchange(...secret, '--write', file);
    expect(stdout).toBe('');
    expect(await readFile(file, 'utf8')).toBe(`TOKEN='${canary}'\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const inCheckout = await exchange(...secret, '--write', join(stage.workspace, 'job.env'));
    expect(inCheckout.stderr).toContain('[MAYFLY_CI_FOLDER]');
  });

  it.each([
    { format: 'docker-config', place: 'AUTH/config.json', holds: '"r.example"' },
    { format: 'json', place: 'AUTH', holds: '"username":"u"' },
    { format: 'env', place: 'AUTH', holds: "username='u'" },
  ])('writes files as $format', async ({ format, place, holds }) => {
    const folder = join(stage.memory, 'job');
    const { code } = await exchange(...registry, '--format', `AUTH=${format}`, '--folder', folder);
    expect(code).toBe(0);
    expect(await readFile(join(folder, place), 'utf8')).toContain(holds);
  });

  it('gives the lease back when a value does not fit its format', async () => {
    const { code, stderr } = await exchange(...registry, '--format', 'AUTH=netrc');
    expect(code).toBe(2);
    expect(showLog(stderr)).toContain('[MAYFLY_FORMAT_FIELDS]');
    expect(await stage.left()).toEqual([]);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('stops while it waits for the broker, and leaves nothing', async () => {
    stage.broker.faults.push(() => started.child.kill('SIGTERM'));
    const started = stage.start(['exchange', ...registry], stage.github);
    expect(await started.ended).toMatchObject({ code: 143, stdout: '', stderr: '' });
    expect(await stage.left()).toEqual([]);
  });

  it('leaves no files when nobody reads what it prints', async () => {
    const started = stage.start(['exchange', ...registry], stage.github);
    started.child.stdout?.destroy();
    expect(await started.ended).toMatchObject({ code: 141 });
    expect(await stage.left()).toEqual([]);
  });

  it('warns of values that nobody masks', async () => {
    const env = { ...stage.github, GITHUB_ACTIONS: '' };
    const { stderr } = await stage.run(['exchange', ...secret], env);
    expect(stderr).toContain('nothing masks these values in the log of this job');
    expect(findCanary(stderr)).toEqual([]);
  });
});

describe('mayfly revoke', () => {
  it('removes files and gives their lease back', async () => {
    const folder = join(stage.memory, 'job');
    await exchange(...registry, '--folder', folder);
    const { code, stderr } = await stage.run(['revoke', '--folder', folder], stage.github);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'mayfly: files removed\nmayfly: lease given back\n',
    });
    expect(await stage.left()).toEqual([]);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('gives a lease back by its id, also when it has ended', async () => {
    await exchange(...secret);
    for (const lease of ['lease-1', 'lease-1']) {
      const ended = await stage.run(['revoke', '--lease', lease], stage.github);
      expect(ended).toMatchObject({ code: 0, stderr: 'mayfly: lease given back\n' });
    }
    expect(stage.broker.leases.size).toBe(0);
  });

  it('removes nothing that no exchange has made', async () => {
    await mkdir(join(stage.memory, 'mine'));
    await writeFile(join(stage.memory, 'mine/file'), '');
    const folder = join(stage.memory, 'mine');
    const { code, stderr } = await stage.run(['revoke', '--folder', folder], stage.github);
    expect(code).toBe(3);
    expect(stderr).toContain('[MAYFLY_CI_FOLDER]');
    expect(await stage.left()).toEqual(['mine']);
  });

  it('has nothing to do for a job that got nothing', async () => {
    const folder = join(stage.memory, 'nothing');
    expect(await stage.run(['revoke', '--folder', folder])).toMatchObject({
      code: 0,
      stderr: `mayfly: no folder ${folder}: nothing to remove\n`,
    });
    expect((await stage.run(['revoke'])).stderr).toContain('[MAYFLY_CLI_USAGE]');
  });
});
