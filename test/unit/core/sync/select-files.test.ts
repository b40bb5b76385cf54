import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SecretTarget, Target } from '#core/api/ephemeral-secret.ts';
import { comparePaths, filesAtOrBelow, selectFiles } from '#core/sync/select-files.ts';
import { diffFiles } from '#core/sync/diff-files.ts';
import type { GitFile } from '#core/ports/git/git-repository.ts';

function aTree(...paths: readonly string[]): readonly GitFile[] {
  return paths.map((path) => ({ path, blob: path, size: null })).toSorted(comparePaths);
}

function aTarget(from: SecretTarget['from'], files: readonly string[] = []): Target {
  const keys = files.map((file) => ({ key: 'K', valuePath: ['v'], file }));
  const rest = { name: 's', type: 'Opaque', labels: {}, annotations: {}, template: null };
  return { kind: 'secret', ...rest, from, keys };
}

const tree = aTree(
  '.sops.yaml',
  'apps.yaml',
  'apps/.env',
  'apps/.hidden/a.yaml',
  'apps/.sops.yaml',
  'apps/a.env',
  'apps/a.ini',
  'apps/a.json',
  'apps/a.yaml',
  'apps/deep/b.yml',
  'apps/key.pem',
  'apps/kustomization.yaml',
  'apps/readme.md',
  'apps0/a.yaml',
);

function select(path: string, target: Target): readonly string[] {
  return selectFiles(tree, path, target).map((file) => file.path);
}

describe('the files of a folder', () => {
  it.each<[string, Target, readonly string[]]>([
    ['manifests', { kind: 'manifests' }, ['apps/a.json', 'apps/a.yaml', 'apps/deep/b.yml']],
    ['dotenv', aTarget('dotenv'), ['apps/.env', 'apps/a.env']],
    ['json', aTarget('json'), ['apps/a.json']],
    ['yaml', aTarget('yaml'), ['apps/a.yaml', 'apps/deep/b.yml']],
    ['ini', aTarget('ini'), ['apps/a.ini']],
    [
      'picked keys',
      aTarget('keys', ['key.pem', 'deep/b.yml']),
      ['apps/deep/b.yml', 'apps/key.pem'],
    ],
  ])('that are taken for %s', (_what, target, paths) => {
    expect(select('apps', target)).toEqual(paths);
  });

  it('are all but hidden ones for whole files', () => {
    expect(select('apps', aTarget('file'))).not.toContain('apps/.env');
    expect(select('apps', aTarget('file'))).toContain('apps/readme.md');
  });

  it('are the one that is named, whatever it is called', () => {
    expect(select('apps/readme.md', { kind: 'manifests' })).toEqual(['apps/readme.md']);
    expect(select('.sops.yaml', aTarget('yaml'))).toEqual(['.sops.yaml']);
    expect(select('apps/key.pem', aTarget('keys'))).toEqual(['apps/key.pem']);
  });

  it('are those of the whole repository for the empty path', () => {
    expect(select('', { kind: 'manifests' })).toContain('apps.yaml');
    expect(select('', { kind: 'manifests' })).not.toContain('.sops.yaml');
    expect(select('nowhere', { kind: 'manifests' })).toEqual([]);
  });

  it('are found as a scan would find them', () => {
    const step = fc.constantFrom('a', 'b', 'a.', 'a0', 'ab', '-');
    const path = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path), path, (paths, root) => {
        const files = aTree(...paths);
        const exact = files.filter((file) => file.path === root);
        const below = files.filter((file) => file.path.startsWith(`${root}/`));
        expect(filesAtOrBelow(files, root)).toEqual(exact.length > 0 ? exact : below);
      }),
    );
  });
});

describe('the difference of two listings', () => {
  it('is what was added, removed and changed', () => {
    const before = aTree('a', 'b', 'c');
    const after = [...aTree('a', 'd'), { path: 'b', blob: 'other', size: null }];
    expect(diffFiles(before, after)).toEqual(['b', 'c', 'd']);
    expect(diffFiles(before, before)).toEqual([]);
  });
});
