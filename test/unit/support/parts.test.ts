import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partNames, requirePart, whyMissing } from '#test/support/parts.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const names = ['KUBEBUILDER_ASSETS', 'MAYFLY_CACHE', 'MAYFLY_TESTBED'];
const before = names.map((name) => [name, process.env[name]] as const);
let folder: Awaited<ReturnType<typeof createTempFolder>>;

beforeEach(async () => {
  folder = await createTempFolder();
  process.env['MAYFLY_CACHE'] = join(folder.path, 'cache');
});

afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await folder.remove();
});

describe('real programs', () => {
  it('of Kubernetes are taken from KUBEBUILDER_ASSETS where that has them', async () => {
    const file = join(folder.path, 'etcd');
    await writeFile(file, '');
    process.env['KUBEBUILDER_ASSETS'] = folder.path;
    expect(whyMissing('etcd')).toBeNull();
    expect(await requirePart('etcd')).toBe(file);
  });

  it('are missing when the test bed is declined, whatever is there', async () => {
    await writeFile(join(folder.path, 'etcd'), '');
    process.env['KUBEBUILDER_ASSETS'] = folder.path;
    process.env['MAYFLY_TESTBED'] = 'off';
    expect(whyMissing('etcd')).toBe('MAYFLY_TESTBED=off');
    await expect(requirePart('etcd')).rejects.toThrow('MAYFLY_TESTBED=off');
  });

  it('that only benchmarks need are not built for the tests', () => {
    expect(partNames).toContain('kube-apiserver');
    expect(partNames).not.toContain('sealed-secrets-controller');
  });
});
