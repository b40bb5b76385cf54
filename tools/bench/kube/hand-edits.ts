import { secretName } from '../sealed-files.ts';
import { waitUntil } from '../sync/wait-until.ts';
import { namespace, type KubeStage } from './kube-stage.ts';

/** By turns a value is overwritten and a whole Secret is deleted; how long until it is as it was, in ms. */
export async function measureRepairs(stage: KubeStage, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = secretName(round * 20 + 1);
    const before = await readValue(stage, name);
    const started = performance.now();
    await (round % 2 === 0 ? overwrite(stage, name) : remove(stage, name));
    await waitUntil(`the repair of ${name}`, async () => (await readValue(stage, name)) === before);
    times.push(performance.now() - started);
  }
  return times;
}

function pathOf(name: string): string {
  return `/api/v1/namespaces/${namespace}/secrets/${name}`;
}

async function readValue({ cluster }: KubeStage, name: string): Promise<string | undefined> {
  const { body } = await cluster.request({ path: pathOf(name) });
  return (body as { readonly data?: Readonly<Record<string, string>> }).data?.['KEY_0'];
}

async function overwrite({ cluster }: KubeStage, name: string): Promise<void> {
  await cluster.request({
    method: 'PATCH',
    path: pathOf(name),
    contentType: 'application/merge-patch+json',
    body: { stringData: { KEY_0: 'changed by hand' } },
  });
}

async function remove({ cluster }: KubeStage, name: string): Promise<void> {
  await cluster.request({ method: 'DELETE', path: pathOf(name) });
}
