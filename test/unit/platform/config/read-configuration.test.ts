import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfiguration } from '#platform/config/read-configuration.ts';
import { renderConfigReference } from '#platform/config/render-reference.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { expectCode } from '#test/support/expect-code.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
beforeEach(async () => {
  folder = await createTempFolder();
});
afterEach(async () => {
  delete process.env['MAYFLY_CONFIG'];
  await folder.remove();
});

describe('reading the configuration of this process', () => {
  it('takes the file that the flag names, else the one of the environment, else none', async () => {
    const one = join(folder.path, 'one.yaml');
    const two = join(folder.path, 'two.yaml');
    await writeFile(one, 'stateDir: /one');
    await writeFile(two, 'stateDir: /two');
    process.env['MAYFLY_CONFIG'] = two;
    const places = [{ file: one, flags: [] }, { flags: [] }];
    const found = await Promise.all(places.map((place) => readConfiguration(place)));
    const folders = found.map((parsed) => parsed.kind === 'valid' && parsed.value.stateDir);
    expect(folders).toEqual(['/one', '/two']);
    delete process.env['MAYFLY_CONFIG'];
    expect(await readConfiguration({ flags: [] })).toMatchObject({ kind: 'valid' });
  });

  it('names a file that is not there', async () => {
    const file = join(folder.path, 'none.yaml');
    await expectCode(readConfiguration({ file, flags: [] }), 'MAYFLY_FILE_MISSING');
  });
});

describe('the reference of the configuration', () => {
  const page = renderConfigReference();

  it('has every setting with its variable, default and type', () => {
    expect(page).toContain('## `git.limits.fileBytes`');
    expect(page).toContain('`MAYFLY_GIT_LIMITS_FILE_BYTES`');
    expect(page).toContain('- Default: `5Mi`');
    expect(page).toContain('- Takes: `debug`, `info`, `warn`, `error`');
    expect(page).toContain('- Takes: a list; each is a text');
    expect(page).toContain('Each: A host (any port)');
  });

  it('has the fields of lists of maps', () => {
    expect(page).toContain('| `namespace` | a text | required |');
    expect(page).toContain('| `signal` | `SIGHUP`');
    expect(page).toContain('none, set it in the file');
  });
});
