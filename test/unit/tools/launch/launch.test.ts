import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { whyOutdated } from '#tools/launch/ensure-dependencies.mjs';
import { isNewEnough } from '#tools/launch/node24.mjs';
import { root } from '#tools/steps/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-launch-'));
const runNode = pathToFileURL(join(root, 'tools', 'launch', 'run-node.mjs')).href;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the launcher', () => {
  it.each([
    ['20.20.2', false],
    ['24.11.9', false],
    ['24.12.0', true],
    ['25.0.0', true],
  ])('takes Node %s: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it.each([
    { when: 'nothing is installed', installed: null, reason: /missing/u },
    { when: 'all is installed', installed: { a: '1.0.0' }, reason: null },
    { when: 'a version differs', installed: { a: '0.9.0' }, reason: /older .*\(a\)/u },
    { when: 'a package is new', installed: {}, reason: /older .*\(a\)/u },
  ])('tells why to install when $when', ({ installed, reason }) => {
    const place = mkdtempSync(join(folder, 'lock-'));
    writeLock(join(place, 'package-lock.json'), { a: '1.0.0' });
    mkdirSync(join(place, 'node_modules'));
    if (installed !== null) {
      writeLock(join(place, 'node_modules', '.package-lock.json'), installed);
    }
    const found: unknown = whyOutdated(place);
    expect(found).toEqual(reason === null ? null : expect.stringMatching(reason));
  });

  it('keeps the exit code of the program it runs', () => {
    const { status } = spawnSync(process.execPath, ['-e', launch('process.exit(4)')]);
    expect(status).toBe(4);
  });

  it('passes a signal on and ends the way the program ends', async () => {
    const inner =
      "process.on('SIGTERM', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1e6)";
    const child = spawn(process.execPath, ['-e', launch(inner)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(7);
  });
});

function launch(inner: string): string {
  const args = JSON.stringify(['-e', inner]);
  return `import(${JSON.stringify(runNode)}).then((m) => m.runNode(process.execPath, ${args}))`;
}

function writeLock(file: string, versions: Readonly<Record<string, string>>): void {
  const installed = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}`,
    { version },
  ]);
  const optional = ['node_modules/other-platform', { version: '1.0.0', optional: true }];
  const packages = Object.fromEntries([['', {}], ...installed, optional]) as object;
  writeFileSync(file, JSON.stringify({ packages }));
}
