import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolderView } from '#roles/webhook/read-folder-view.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { defaultSettings } from '#test/support/pods/default-settings.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { vaultStore } from '#test/support/webhook/pods.ts';

const settings = {
  ...defaultSettings,
  agent: { image: 'registry.test/agent:1', imagePullPolicy: null, command: [] },
  ownNamespace: 'mayfly-system',
};

const policy = {
  apiVersion: 'mayfly.dev/v1alpha1',
  kind: 'TenantPolicy',
  metadata: { name: 'shops' },
  spec: { namespaceSelector: { matchLabels: { kind: 'shop' } } },
};

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { kind: 'shop' } },
};

describe('a folder to decide by', () => {
  let folder: Awaited<ReturnType<typeof createTempFolder>>;

  beforeEach(async () => {
    folder = await createTempFolder();
  });

  afterEach(async () => await folder.remove());

  it('knows its stores, and the policies that select a namespace', async () => {
    const documents = [vaultStore, policy, namespace].map((each) => JSON.stringify(each));
    await writeFile(join(folder.path, 'objects.yaml'), documents.join('\n---\n'));
    const view = await readFolderView(folder.path, () => settings);
    expect(view.isSynced()).toBe(true);
    const shop = view.contextOf('shop');
    expect(shop.findStore('cluster/vault')?.provider.kind).toBe('vault');
    expect(shop.findStore('vault')).toBeNull();
    expect(shop.policies.map(({ name }) => name)).toEqual(['shops']);
    expect(view.contextOf('elsewhere').policies).toEqual([]);
    expect(view.suppliesOf('shop')).toEqual([]);
  });

  it('is refused with what is wrong in it', async () => {
    const wrong = { ...vaultStore, spec: { provider: {} } };
    await writeFile(join(folder.path, 'objects.yaml'), JSON.stringify(wrong));
    await expectCode(
      readFolderView(folder.path, () => settings),
      'MAYFLY_OBJECT_FIELD_MISSING',
    );
    await writeFile(join(folder.path, 'objects.yaml'), 'a: [');
    await expectCode(
      readFolderView(folder.path, () => settings),
      'MAYFLY_YAML_SYNTAX',
    );
  });
});
