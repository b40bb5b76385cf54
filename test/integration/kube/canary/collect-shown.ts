import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';

/** Everything that a cluster and its controller show or leave, but for the values of Secrets, by its name. */
export async function collectShown(
  world: KubeWorld,
  replica: Replica,
): Promise<Readonly<Record<string, string>>> {
  const { kubectl } = world;
  const kinds = 'gitsources,ephemeralsecrets';
  return {
    'the objects, their status and managed fields': await readAll(world, [
      '/apis/mayfly.dev/v1alpha1/gitsources',
      '/apis/mayfly.dev/v1alpha1/ephemeralsecrets',
    ]),
    'the events': await readAll(world, ['/api/v1/events', '/apis/events.k8s.io/v1/events']),
    'metadata and managed fields of Secrets': JSON.stringify(await readMetadata(world)),
    'the lease of the election': await readAll(world, ['/apis/coordination.k8s.io/v1/leases']),
    'kubectl describe': await kubectl('describe', kinds, '-A'),
    'kubectl describe of Secrets': await kubectl('describe', 'secrets', '-n', 'shop'),
    'kubectl get': await kubectl('get', kinds, '-A', '-o', 'wide'),
    'kubectl events': await kubectl('get', 'events', '-A'),
    'the audit log of the API server': await readAudit(world),
    'the metrics': await replica.readMetrics(),
    'its arguments': await readFile(`/proc/${replica.pid}/cmdline`, 'latin1'),
    'its environment': await readFile(`/proc/${replica.pid}/environ`, 'latin1'),
    'its state folder': await readTree(join(world.root, replica.name)),
    'its log': await replica.readLog(),
  };
}

async function readAll({ cluster }: KubeWorld, paths: readonly string[]): Promise<string> {
  const answers = await Promise.all(paths.map(async (path) => await cluster.request({ path })));
  return answers.map(({ body }) => JSON.stringify(body)).join('\n');
}

async function readMetadata({ cluster }: KubeWorld): Promise<readonly unknown[]> {
  const { body } = await cluster.request({ path: '/api/v1/secrets' });
  const { items } = body as { readonly items: readonly { readonly metadata: unknown }[] };
  return items.map(({ metadata }) => metadata);
}

interface AuditLine {
  readonly objectRef?: { readonly resource: string };
  readonly responseStatus?: { readonly code: number };
}

/** Without what the API server itself said when it refused a Secret: policies of others quote there. */
async function readAudit({ cluster }: KubeWorld): Promise<string> {
  const lines = (await readFile(cluster.auditLogFile, 'utf8')).split('\n');
  return lines
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as AuditLine)
    .map(({ responseStatus, ...line }) => {
      const isRefusal = (responseStatus?.code ?? 0) >= 400;
      const isOfSecret = line.objectRef?.resource === 'secrets';
      return JSON.stringify(isRefusal && isOfSecret ? line : { ...line, responseStatus });
    })
    .join('\n');
}

async function readTree(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map(
      async ({ parentPath, name }) =>
        name + (await readFile(join(parentPath, name), 'latin1').catch(() => '')),
    );
  return (await Promise.all(texts)).join('\n');
}
