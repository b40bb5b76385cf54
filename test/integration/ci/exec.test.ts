import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, readlink } from 'node:fs/promises';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { watchPrograms } from '#test/support/canary/watch-programs.ts';
import { showLog } from '#test/support/ci/github-runner.ts';
import { openCiStage, type CiStage } from '#test/support/ci/open-ci-stage.ts';
import { until } from '#test/support/until.ts';

const secret = ['--secret', 'TOKEN=vault:secret/shop#canary'];
const file = ['--file', 'KEY=vault:secret/shop#pem'];
const filter = { CI: 'true', GITHUB_ACTIONS: '' };

let stage: CiStage;
beforeEach(async () => {
  stage = await openCiStage();
});
afterEach(async () => {
  await stage.close();
});

function shell(script: string): readonly string[] {
  return ['--', 'sh', '-c', script];
}

async function expectNothingLeft(): Promise<void> {
  expect(await stage.left()).toEqual([]);
  expect(stage.broker.leases.size).toBe(0);
}

describe('mayfly exec', () => {
  it('gives a program its values, its exit code, and leaves nothing', async () => {
    const script = 'printf %s "$TOKEN" | wc -c; wc -l < "$KEY"; stat -L -c %a "$KEY"; exit 7';
    const args = ['exec', ...secret, ...file, ...shell(script)];
    const { code, stdout, stderr } = await stage.run(args, stage.github);
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 7,
      lines: [String(canary.length), '3', '600', ''],
    });
    expect(showLog(stderr)).toBe('');
    await expectNothingLeft();
    expect(stage.broker.granted).toBe(1);
  });

  it('masks what the program prints where the system cannot', async () => {
    const script = 'echo "one $TOKEN two"; cat "$KEY"; printf %s "$TOKEN" | base64 >&2';
    const args = ['exec', ...secret, ...file, ...shell(script)];
    expect(await stage.run(args, { ...stage.github, ...filter })).toEqual({
      code: 0,
      stdout: 'one [MASKED] two\n[MASKED]\n[MASKED]\n[MASKED]\n',
      stderr: '[MASKED]\n',
    });
  });

  it.each([filter, {}])('masks each value of a whole secret, with %j', async (env) => {
    const whole = ['-f', 'AUTH=vault:secret/registry', '--format', 'AUTH=env'];
    const args = ['exec', ...whole, ...shell('. "$AUTH"; echo "$password"')];
    const { code, stdout, stderr } = await stage.run(args, { ...stage.github, ...env });
    expect(code).toBe(0);
    expect(findCanary(showLog(stderr + stdout))).toEqual([]);
  });

  it('has the runner of GitHub mask every form', async () => {
    const forms = `node -e '
      const value = process.env.TOKEN;
      const url = encodeURIComponent(value);
      const base64 = (text) => Buffer.from(text).toString("base64");
      console.log(value, url, JSON.stringify(value), base64(value), base64("user:" + value + "."));
    '`;
    const args = ['exec', ...secret, ...shell(forms)];
    const { stdout, stderr } = await stage.run(args, stage.github);
    expect(findCanary(stdout)).not.toEqual([]);
    expect(findCanary(showLog(stderr + stdout))).toEqual([]);
  });

  it('shows no value to whoever looks at programs and disks', async () => {
    const args = ['exec', ...file, ...shell('sleep 0.3')];
    const { child, ended } = stage.start(args, { ...stage.github, ...filter });
    const watch = watchPrograms(child.pid ?? 0, async () => [stage.root, stage.workspace]);
    const { code } = await ended;
    await watch.end();
    expect(code).toBe(0);
    expect([...watch.seen].flatMap((text) => findCanary(text))).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on and cleans up',
    async (signal) => {
      const script = `trap 'echo got; exit 5' TERM INT HUP; echo ready; while :; do sleep 0.05; done`;
      const started = stage.start(['exec', ...file, ...shell(script)], stage.github);
      await until(() => started.out().includes('ready'));
      expect(await stage.left()).toHaveLength(1);
      started.child.kill(signal);
      expect(await started.ended).toMatchObject({ code: 5, stdout: 'ready\ngot\n' });
      await expectNothingLeft();
    },
  );

  it('ends like a program that a signal ended, and ends what that left running', async () => {
    const script = 'sleep 1000 & echo $!; kill -KILL $$';
    const { code, stdout } = await stage.run(['exec', ...file, ...shell(script)], stage.github);
    expect(code).toBe(128 + 9);
    const isThere = readlink(`/proc/${stdout.trim()}/exe`);
    await expect(isThere).rejects.toMatchObject({ code: 'ENOENT' });
    await expectNothingLeft();
  });

  it('stops while it waits for the broker', async () => {
    stage.broker.faults.push(() => undefined);
    const started = stage.start(['exec', ...file, ...shell('true')], stage.github);
    await until(() => stage.broker.requests.length === 1);
    started.child.kill('SIGTERM');
    expect(await started.ended).toMatchObject({ code: 128 + 15 });
    await expectNothingLeft();
  });

  it('replaces files before the lease ends, with a new token', async () => {
    stage.broker.leaseSeconds = 1;
    const script = 'cat "$KEY"; while ! grep -q new "$KEY"; do sleep 0.1; done; echo changed';
    const started = stage.start(['exec', ...file, ...shell(script)], stage.github);
    await until(() => started.out().includes('END KEY'));
    stage.broker.values.set('vault:secret/shop#pem', 'new value');
    expect(await started.ended).toMatchObject({ code: 0 });
    expect(started.out()).toContain('changed');
    expect(showLog(`${started.err()}\nnew value`)).not.toContain('new value');
    expect(stage.endpoint.requests.length).toBeGreaterThan(2);
    expect(await stage.left()).toEqual([]);
  }, 20_000);

  it('ends the program when nobody reads what it prints', async () => {
    const script = 'trap "" PIPE; echo $$; while :; do echo more; sleep 0.05; done';
    const env = { ...stage.github, ...filter };
    const started = stage.start(['exec', ...file, ...shell(script)], env);
    await until(() => started.out().includes('more'));
    started.child.stdout?.destroy();
    expect((await started.ended).code).toBe(128 + 13);
    const [pid = ''] = started.out().split('\n');
    await until(
      async () =>
        await readlink(`/proc/${pid}/exe`).then(
          () => false,
          () => true,
        ),
    );
    expect(await stage.left()).toEqual([]);
  });

  it('takes what it asks for from the command line or from the environment', async () => {
    const named = {
      MAYFLY_SECRETS: 'A=vault:secret/shop#canary',
      MAYFLY_FILES: ' K=vault:secret/shop#pem',
    };
    const script = 'echo ${A:+A} ${K:+K} ${TOKEN:+TOKEN}';
    const env = { ...stage.github, ...named };
    expect(await stage.run(['exec', ...shell(script)], env)).toMatchObject({ stdout: 'A K\n' });
    const both = await stage.run(['exec', ...secret, ...shell(script)], env);
    expect(both).toMatchObject({ stdout: 'TOKEN\n' });
  });

  it('says when a program is not there, and keeps nothing', async () => {
    const { code, stderr } = await stage.run(
      ['exec', ...file, '--', 'no-such-program'],
      stage.github,
    );
    expect(code).toBe(2);
    expect(showLog(stderr)).toContain('cannot be started (ENOENT) [MAYFLY_CI_PROGRAM]');
    await expectNothingLeft();
  });
});

describe('mayfly exec --replace', () => {
  it('becomes the program', async () => {
    const script = 'echo $$; printf %s "$TOKEN" | wc -c; grep SigIgn /proc/self/status';
    const args = ['exec', '--replace', ...secret, ...shell(script)];
    const { child, ended } = stage.start(args, stage.github);
    const { code, stdout, stderr } = await ended;
    expect(stdout.split('\n')).toEqual([
      String(child.pid),
      String(canary.length),
      'SigIgn:\t0000000000000000',
      '',
    ]);
    expect({ code, log: showLog(stderr) }).toEqual({ code: 0, log: '' });
  });

  it.each([
    { what: 'files', args: file, env: {} },
    { what: 'a filter', args: secret, env: filter },
  ])('refuses $what, which nobody would take care of', async ({ args, env }) => {
    const given = { ...stage.github, ...env };
    const { code, stderr } = await stage.run(['exec', '--replace', ...args, '--', 'true'], given);
    expect(code).toBe(2);
    expect(stderr).toContain('[MAYFLY_CLI_USAGE]');
    expect(stage.broker.requests).toEqual([]);
  });

  it('gives the lease back when there is no such program', async () => {
    const args = ['exec', '--replace', ...secret, '--', 'no-such-program'];
    const { code, stderr } = await stage.run(args, stage.github);
    expect(code).toBe(2);
    expect(showLog(stderr)).toContain('[MAYFLY_CI_PROGRAM]');
    expect(stage.broker.leases.size).toBe(0);
  });

  it('gives the lease back when a value cannot be masked', async () => {
    stage.broker.values.set('vault:secret/shop#canary', 'abc');
    const args = ['exec', '--replace', ...secret, '--', 'true'];
    const { code, stderr } = await stage.run(args, stage.github);
    expect(code).toBe(3);
    expect(stderr).toContain('[MAYFLY_CI_MASK_SHORT]');
    expect(stage.broker.leases.size).toBe(0);
  });
});

describe('where files go', () => {
  it.each([
    {
      what: 'the checkout',
      folder: (): string => `${stage.workspace}/keys`,
      code: 'MAYFLY_CI_FOLDER',
    },
    {
      what: 'a folder that is there',
      folder: (): string => stage.memory,
      code: 'MAYFLY_CI_FOLDER',
    },
    { what: 'a folder without its parent', folder: (): string => `${stage.memory}/a/b`, code: '' },
  ])('is not $what', async ({ folder, code }) => {
    const args = ['exec', ...file, '--folder', folder(), ...shell('true')];
    const { code: exit, stderr } = await stage.run(args, stage.github);
    expect(exit).toBeGreaterThan(0);
    expect(showLog(stderr)).toContain(`[${code === '' ? 'MAYFLY_FILE_UNREADABLE' : code}]`);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('is a disk only where that is allowed', async () => {
    const disk = `${process.cwd()}/.mayfly-test-${process.pid}`;
    const args = ['exec', ...file, '--folder', disk, ...shell('true')];
    const refused = await stage.run(args, stage.github);
    expect(showLog(refused.stderr)).toContain('[MAYFLY_CI_FOLDER_DISK]');
    const allowed = await stage.run(['exec', '--allow-disk', ...args.slice(1)], stage.github);
    expect(allowed.code).toBe(0);
    await expect(readFile(disk)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
