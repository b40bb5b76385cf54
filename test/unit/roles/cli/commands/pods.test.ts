import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const store = `apiVersion: mayfly.dev/v1alpha1
kind: ClusterStore
metadata: { name: vault }
spec:
  namespaceSelector: {}
  provider:
    vault:
      address: https://vault.test:8200
      login: { method: kubernetes, role: web }
`;

const web = `kind: Deployment
metadata:
  name: web
  annotations:
    mayfly.dev/inject: init
spec:
  template:
    metadata:
      annotations: # of the pod
        mayfly.dev/secret.db: cluster/vault:kv/db
    spec:
      containers:
        - name: app
          env:
---
kind: Service
`;

const vault = `kind: Pod
metadata:
  annotations:
    # the other injector
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/role: web
    vault.hashicorp.com/agent-inject-secret-db: kv/db
spec:
  containers:
    - name: app # ours
`;

let folder = '';
let remove = async (): Promise<void> => undefined;

beforeEach(async () => {
  ({ path: folder, remove } = await createTempFolder());
  await mkdir(join(folder, 'objects'));
  await writeFile(join(folder, 'objects', 'store.yaml'), store);
});

afterEach(async () => await remove());

async function run(
  args: readonly string[],
  { input = '', isTTY = false } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = createFakeTerminal(args, { input, isTTY });
  const code = await runCli(terminal, cliCommands);
  return { code, out: terminal.out().toString(), err: terminal.err() };
}

function explain(...more: readonly string[]): readonly string[] {
  return ['explain', 'pod', '-', '--objects', join(folder, 'objects'), '-n', 'shop', ...more];
}

describe('mayfly explain pod', () => {
  it('tells what a workload’s pods become, with a diff, and what stands in the wrong place', async () => {
    const { code, out } = await run(explain(), { input: web });
    expect(code).toBe(0);
    expect(out).toContain('Deployment shop/web: would be injected');
    expect(out).toContain('note: mayfly.dev/inject stands on the Deployment itself');
    expect(out).toContain('file: /run/secrets/mayfly/db (0444, cluster/vault:kv/db, json)');
    expect(out).toContain('store: cluster/vault at https://vault.test:8200, as web');
    expect(out).toContain('the agent has none for the Kubernetes API');
    expect(out).toContain('+     - name: mayfly-agent');
  });

  it('paints for a person', async () => {
    const { out } = await run(explain(), { input: web, isTTY: true });
    expect(out).toContain('\u001B[32m+');
  });

  it('tells a program the patch and the plan', async () => {
    const { code, out } = await run(explain('-o', 'json'), { input: web });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([
      { subject: 'Deployment shop/web', decision: 'inject', plan: { version: 1 }, errors: [] },
    ]);
  });

  it('tells what is read at the broker, where the configuration knows it', async () => {
    const served = `apiVersion: mayfly.dev/v1alpha1
kind: Store
metadata: { name: kube, namespace: shop }
spec: { provider: { kubernetes: {} }, policy: web }
`;
    await writeFile(join(folder, 'objects', 'store.yaml'), served);
    const input = web.replace('cluster/vault:kv/db', 'kube:db');
    const unknown = await run(explain(), { input });
    expect(unknown.out).toContain('[MAYFLY_POD_STORE_UNUSABLE]');
    const config = join(folder, 'mayfly.yaml');
    await writeFile(config, 'webhook: { broker: { address: https://broker.test } }\n');
    const { code, out } = await run(explain('--config', config), { input });
    expect(code).toBe(0);
    expect(out).toContain('store: kube at https://broker.test, as shop/web');
    expect(out).toContain('audience: https://broker.test');
  });

  it('names every rule that refuses, and ends with 2', async () => {
    const { code, out, err } = await run(['explain', 'pod', '-'], {
      input: web.replace('secret.db', 'secrt.db'),
    });
    expect(code).toBe(2);
    expect(out).toContain('would be refused');
    expect(out).toContain('[MAYFLY_POD_ANNOTATION_UNKNOWN]');
    expect(err).toContain('[MAYFLY_POD_REFUSED]');
  });

  it('tells of a pod that asks for nothing', async () => {
    const input = 'kind: Pod\nmetadata: { generateName: web- }\nspec: { containers: [] }\n';
    const { code, out } = await run(['explain', 'pod', '-'], { input });
    expect([code, out]).toEqual([0, 'Pod default/web-: asks for nothing, and is left as it is\n']);
  });

  it('refuses what holds no pod, and what is a broken one', async () => {
    const none = await run(['explain', 'pod', '-'], { input: 'kind: Service\n' });
    expect(none.code).toBe(2);
    expect(none.err).toContain('[MAYFLY_POD_NOT_FOUND]');
    const broken = await run(['explain', 'pod', '-'], { input: 'kind: Pod\n' });
    expect(broken.out).toContain('[MAYFLY_OBJECT_FIELD_MISSING]');
  });

  it('tells which Store is wrong', async () => {
    await writeFile(join(folder, 'objects', 'store.yaml'), store.replace('role', 'rôle'));
    const { err } = await run(explain(), { input: web });
    expect(err).toContain('[MAYFLY_OBJECT_FIELD_');
  });
});

describe('mayfly migrate pod', () => {
  const migrate = ['migrate', 'pod', '-', '--store', 'cluster/vault'];

  it('writes the manifest in our words and keeps its comments', async () => {
    const { code, out, err } = await run(migrate, { input: vault });
    expect(code).toBe(0);
    expect(out).toContain('- name: app # ours');
    expect(out).toContain('mayfly.dev/inject: sidecar');
    expect(out).not.toContain('vault.hashicorp.com');
    expect(err).toContain('the Store says its role');
  });

  it('is understood by explain', async () => {
    const { out } = await run(migrate, { input: vault });
    const { code } = await run(explain(), { input: out });
    expect(code).toBe(0);
  });

  it('leaves what cannot be said, with the reason, and ends with 2', async () => {
    const input = vault.replace('role: web', 'agent-image: mine');
    const { code, out, err } = await run(migrate, { input });
    expect(code).toBe(2);
    expect(out).toContain('vault.hashicorp.com/agent-image: mine');
    expect(err).toContain('left: the annotation vault.hashicorp.com/agent-image');
    expect(err).toContain('[MAYFLY_POD_NOT_MIGRATED]');
  });

  it('refuses a file without pods, and a store that is no name', async () => {
    const none = await run(migrate, { input: 'kind: Service\n' });
    expect(none.err).toContain('[MAYFLY_POD_NOT_FOUND]');
    const odd = await run([...migrate.slice(0, 4), 'No Name'], { input: vault });
    expect(odd.err).toContain('[MAYFLY_CLI_USAGE]');
    expect(odd.err).not.toContain('No Name');
  });
});
