import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { root } from '#tools/steps/run-command.ts';

let folder = '';
let remove = async (): Promise<void> => undefined;
let blocks: readonly string[] = [];

beforeAll(async () => {
  ({ path: folder, remove } = await createTempFolder());
  const page = await readFile(join(root, 'docs/access-policies.md'), 'utf8');
  blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gmu)].map(([, block]) => block ?? '');
  await writeFile(join(folder, 'release.yaml'), blocks[0] ?? '');
  await writeFile(join(folder, 'release.cases.yaml'), blocks[1] ?? '');
});

afterAll(async () => await remove());

async function run(...args: readonly string[]): Promise<string> {
  const terminal = createFakeTerminal(args, { input: '' });
  expect(await runCli(terminal, cliCommands)).toBe(0);
  return terminal.out().toString();
}

it('the policy of docs/access-policies.md passes its own lint', async () => {
  expect(await run('policy', 'lint', join(folder, 'release.yaml'))).toContain('ok ');
});

it('the cases of docs/access-policies.md come out as it says', async () => {
  const out = await run('policy', 'test', join(folder, 'release.cases.yaml'));
  expect(out.match(/^ok /gmu)).toHaveLength(2);
});
