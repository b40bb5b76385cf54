import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '#test/support/arch/source-files.ts';

it('every run-time dependency has an exact version and its line in the decision about them', () => {
  const page = readFileSync(join(root, 'docs', 'adr', '0005-run-time-dependencies.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([^`]+)`/gmu)].map((match) => match[1]);
  expect(explained).toEqual(Object.keys(manifest.dependencies).toSorted());
  expect(explained.length).toBeLessThanOrEqual(22);
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
});
