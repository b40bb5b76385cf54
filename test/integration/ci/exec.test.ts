import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canary } from '#test/support/canary/find-canary.ts';
import { openCiStage, type CiStage } from '#test/support/ci/open-ci-stage.ts';

const secret = ['--secret', 'TOKEN=vault:secret/shop#canary'];
const file = ['--file', 'KEY=vault:secret/shop#pem'];

let stage: CiStage;
beforeEach(async () => {
  stage = await openCiStage();
});
afterEach(async () => {
  await stage.close();
});

/** A program that prints the length of what it was given. */
function shell(script: string): readonly string[] {
  return ['--', 'sh', '-c', script];
}

describe('mayfly exec', () => {
  it('gives a program its values, its exit code, and leaves nothing', async () => {
    const script = 'printf %s "$TOKEN" | wc -c; wc -l < "$KEY"; stat -L -c %a "$KEY"; exit 7';
    const { code, stdout, stderr } = await stage.run(
      ['exec', ...secret, ...file, ...shell(script)],
      stage.github,
    );
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 7,
      lines: [String(canary.length), '3', '600', ''],
    });
    expect(stderr.split('\n').filter((line) => !line.startsWith('::add-mask::'))).toEqual(['']);
    expect(await stage.left()).toEqual([]);
    expect(stage.broker.leases.size).toBe(0);
    expect(stage.broker.granted).toBe(1);
  });

  it('masks what the program prints where the system cannot', async () => {
    const script = 'echo "one $TOKEN two"; cat "$KEY"; printf %s "$TOKEN" | base64 >&2';
    const { code, stdout, stderr } = await stage.run(
      ['exec', ...secret, ...file, ...shell(script)],
      {
        CI: 'true',
        ...stage.github,
        GITHUB_ACTIONS: '',
      },
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'one [MASKED] two\n[MASKED]\n[MASKED]\n[MASKED]\n',
      stderr: '[MASKED]\n',
    });
  });
});
