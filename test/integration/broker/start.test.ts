import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import { startProgram } from '#test/support/ci/open-ci-stage.ts';

it('a broker that is not told where to answer says which setting is missing', async () => {
  const program = [process.execPath, join(root, 'src/main.ts'), 'broker'];
  const { code, stderr } = await startProgram(program, { cwd: root, env: {} }).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('"code":"MAYFLY_CONFIG_INVALID"');
  expect(stderr).toContain('broker.listen is missing');
});
