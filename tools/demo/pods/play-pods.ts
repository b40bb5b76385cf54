import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { diffLines } from '#core/text/diff-lines.ts';
import { renderYaml } from '#platform/yaml/edit-documents.ts';
import type { Narrator } from '../narrator.ts';
import { waitUntil } from '../wait-until.ts';
import { startDemoAgent, type DemoAgent, type SeenFile } from './demo-agent.ts';
import { demoPath, openDemoStore, type DemoStore } from './demo-store.ts';
import { renderClusterStore, startDemoWebhook, type DemoWebhook } from './demo-webhook.ts';

/** A pod as somebody of the namespace `shop` writes it. */
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'mayfly.dev/inject': 'sidecar',
      'mayfly.dev/secret.db': `cluster/vault:${demoPath}`,
      'mayfly.dev/env.DB_PASSWORD': `cluster/vault:${demoPath}#password`,
    },
  },
  spec: {
    serviceAccountName: 'web',
    containers: [{ name: 'app', image: 'registry.example.com/shop:1' }],
  },
};

const mistaken = {
  ...pod,
  metadata: {
    ...pod.metadata,
    annotations: {
      'mayfly.dev/secert.db': `cluster/vault:${demoPath}`,
      'mayfly.dev/inject': 'always',
    },
  },
};

/** What becomes of a pod: the webhook and the agent as programs of their own, without a cluster. */
export async function playPods(narrator: Narrator, program: string): Promise<void> {
  narrator.say('\nThe same for pods, whose values never pass through a Secret. No cluster here:');
  narrator.say('the demo asks the webhook as an API server does, and starts the agent itself.\n');
  const root = await mkdtemp(join(tmpdir(), 'mayfly-demo-'));
  const store = await openDemoStore();
  try {
    await play({ narrator, program, root, store });
  } finally {
    await store.close();
    await rm(root, { recursive: true, force: true });
  }
}

interface Scene {
  readonly narrator: Narrator;
  readonly program: string;
  readonly root: string;
  readonly store: DemoStore;
}

async function play(scene: Scene): Promise<void> {
  const { narrator, program, root, store } = scene;
  const objects = join(root, 'objects');
  await narrator.step(`${store.called} holds a user and a password`, async () => {
    await store.write({ user: 'shop', password: 'first' });
    await mkdir(objects);
    await writeFile(join(objects, 'vault.yaml'), renderClusterStore(store));
    return [store.note, `${store.url}, named by an administrator's ClusterStore`];
  });
  const webhook = await startDemoWebhook(program, { root, objects });
  try {
    const patched = await admit(narrator, webhook);
    const agent = await startDemoAgent(patched, { root, token: store.tokens.make() });
    try {
      await follow(scene, agent);
    } catch (error) {
      narrator.say(`What the agent said:\n${agent.said().slice(-2000)}`);
      throw error;
    } finally {
      await agent.stop();
    }
  } catch (error) {
    narrator.say(`The webhook's log:\n${(await readFile(webhook.logFile, 'utf8')).slice(-2000)}`);
    throw error;
  } finally {
    await webhook.stop();
  }
}

async function admit(narrator: Narrator, webhook: DemoWebhook): Promise<unknown> {
  await narrator.step('a pod with two mistakes is refused, both told at once', async () => {
    const answer = await webhook.review(mistaken);
    if (!('refusal' in answer)) throw new Error('the pod was admitted');
    return answer.refusal.split('\n').filter((line) => line !== '');
  });
  let patched: unknown = null;
  await narrator.step('a pod that asks rightly is admitted by the webhook, over TLS', async () => {
    const answer = await webhook.review(pod);
    if ('refusal' in answer) throw new Error(answer.refusal);
    patched = answer.pod;
    return renderDiff(pod, patched);
  });
  return patched;
}

const longestLine = 110;

function renderDiff(before: unknown, after: unknown): readonly string[] {
  const [old = [], now = []] = [before, after].map((each) => renderYaml(each).trim().split('\n'));
  return diffLines(old, now).map(({ kind, text }) => {
    const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
    if (kind === 'added') return styleText('green', `+ ${shown}`);
    if (kind === 'skipped') return `  … ${shown}`;
    return kind === 'removed' ? styleText('red', `- ${shown}`) : `  ${shown}`;
  });
}

async function follow({ narrator, store }: Scene, agent: DemoAgent): Promise<void> {
  let first: readonly SeenFile[] = [];
  await narrator.step('the agent of that pod logs in with its token and writes files', async () => {
    await waitUntil('the agent to be ready', async () => ((await agent.isReady()) ? true : null));
    first = await agent.readFiles();
    return first.map(renderFile);
  });
  await narrator.step('the password changes in the store, and so does the file', async () => {
    await store.write({ user: 'shop', password: 'second' });
    const changed = await waitUntil('another content', async () => {
      const files = await agent.readFiles();
      return files[0]?.fingerprint === first[0]?.fingerprint ? null : files;
    });
    return changed.map(renderFile);
  });
  await narrator.step('the agent gives its login back and ends', async () => {
    const code = await agent.stop();
    if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`);
    return [];
  });
}

function renderFile({ name, mode, size, fingerprint }: SeenFile): string {
  return `/run/secrets/mayfly/${name}  ${mode}  ${size} bytes, sha256 ${fingerprint.slice(0, 12)}…`;
}
