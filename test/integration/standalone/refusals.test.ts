import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorld, type CommandEnd, type World } from '#test/support/standalone/create-world.ts';
import { until } from '#test/support/until.ts';

const long = 60_000;
let world: World;

beforeAll(async () => {
  world = await createWorld();
}, long);

afterAll(async () => {
  await world.remove();
}, long);

/** Runs the program to its end: it refuses. */
async function refuse(extra: string, ...flags: readonly string[]): Promise<CommandEnd> {
  await world.configure(extra);
  const end = await world.run('standalone', '--config', world.config, ...flags);
  await world.configure('');
  return end;
}

describe('mayfly standalone refuses to start', () => {
  it('with a setting that it does not know, and tells the nearest', async () => {
    const { code, stderr } = await refuse('objectDir: /x\nlog: { level: loud }');
    expect(code).toBe(2);
    expect(stderr).toContain('[MAYFLY_CONFIG_UNKNOWN]');
    expect(stderr).toContain('objectsDir');
    expect(stderr).toContain('[MAYFLY_CONFIG_INVALID]');
    expect(stderr).toContain('mayfly: hint: ');
  });

  it('without the file that it is told to read', async () => {
    const { code, stderr } = await world.run('standalone', '--config', '/nowhere/mayfly.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('[MAYFLY_FILE_MISSING]');
  });

  const startFailures: readonly [string, string, readonly string[]][] = [
    ['MAYFLY_FILE_MISSING', 'without its folder of objects', ['--objectsDir', '/nowhere']],
    ['MAYFLY_STATUS_SOCKET', 'where it cannot listen', ['--status.socket', '/nowhere/x.sock']],
    ['MAYFLY_HTTP_LISTEN', 'where nobody can listen', ['--http.listen', '192.0.2.1:1']],
    ['MAYFLY_FILE_WRITE_FAILED', 'without a state folder', ['--stateDir', '/dev/null/mayfly']],
  ];
  it.each(startFailures)('%s: %s', async (error, _, flags) => {
    const { code, stderr } = await refuse('log: { format: json }', ...flags);
    expect(stderr).toContain(error);
    expect(code).toBeGreaterThan(0);
    const line = stderr.split('\n').find((each) => each.includes(error)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', error: { code: error } });
  });

  it('with a damaged digest key', async () => {
    await mkdir(world.state, { recursive: true });
    await rm(join(world.state, 'digest-key'), { force: true });
    await writeFile(join(world.state, 'digest-key'), 'short', { mode: 0o400 });
    const { code, stderr } = await refuse('log: { format: json }');
    expect(stderr).toContain('MAYFLY_STATE_RECORD');
    expect(code).toBe(4);
    await rm(join(world.state, 'digest-key'));
  });

  it('a second time on the same state', async () => {
    await world.start();
    await until(async () => (await world.readLog()).includes('mayfly is running'));
    const { code, stderr } = await refuse('log: { format: json }');
    expect(stderr).toContain('MAYFLY_FOLDER_IN_USE');
    expect(code).toBe(75);
    expect(await world.end('SIGTERM')).toBe(0);
  });
});

describe('mayfly status', () => {
  it('says that nothing runs', async () => {
    for (const command of [['status'], ['reconcile', 'shop/config']]) {
      const { code, stderr } = await world.run(...command, '--config', world.config);
      expect(code).toBe(75);
      expect(stderr).toContain('[MAYFLY_STATUS_NOT_RUNNING]');
    }
  });

  it('tells what is not ready, and files with faults', async () => {
    await writeFile(join(world.root, 'objects/bad.yaml'), 'kind: Secret\napiVersion: v1\n');
    await world.start();
    await until(async () => {
      const { code, stdout } = await world.run('status', '--config', world.config);
      return code === 3 && stdout.includes('[MAYFLY_GIT_');
    });
    const { code, stdout, stderr } = await world.run('status', '--config', world.config);
    expect(code).toBe(3);
    expect(stderr).toContain('[MAYFLY_STATUS_NOT_READY]');
    expect(stdout.split('\n')[0]).toMatch(
      /^KIND +NAMESPACE\/NAME +READY +REASON +REVISION +EXPIRES +SECRETS$/u,
    );
    expect(stdout).toContain('bad.yaml: a plain Secret lies among the objects');
    const missing = await world.run('reconcile', 'shop/none', '--config', world.config);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('[MAYFLY_STATUS_NOT_FOUND]');
    await chmod(world.config, 0o600);
    expect(await world.end('SIGTERM')).toBe(0);
  });
});
