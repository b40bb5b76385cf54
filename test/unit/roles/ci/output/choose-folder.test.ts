import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#roles/ci/output/choose-folder.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';

let memory: string;
beforeEach(() => {
  memory = mkdtempSync('/dev/shm/mayfly-test-');
  mkdirSync(join(memory, 'project'));
});
afterEach(() => rmSync(memory, { recursive: true, force: true }));

describe('the folder of files', () => {
  it('is a fresh one where the system keeps what is for a while', async () => {
    const world = createFakeCiWorld({ XDG_RUNTIME_DIR: memory });
    const folder = await makeFolder(world, { folder: null, allowDisk: false });
    expect(folder.startsWith(`${memory}/mayfly-`)).toBe(true);
  });

  it('is never a fresh one in the checkout', async () => {
    const project = join(memory, 'project');
    const world = createFakeCiWorld({ XDG_RUNTIME_DIR: project, CI_PROJECT_DIR: memory });
    const folder = await makeFolder(world, { folder: null, allowDisk: false });
    expect(readdirSync(project)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is not in a checkout that is named from the home folder', async () => {
    const world = createFakeCiWorld({ HOME: memory, CIRCLE_WORKING_DIRECTORY: '~/project' });
    const folder = join(memory, 'project/keys');
    await expectCode(makeFolder(world, { folder, allowDisk: true }), 'MAYFLY_CI_FOLDER');
    expect(await makeFolder(world, { folder: join(memory, 'keys'), allowDisk: true })).toBe(
      join(memory, 'keys'),
    );
  });
});
