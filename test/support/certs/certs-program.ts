import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { quickElection, startRole, type RunningRole } from '#test/support/stage/start-role.ts';

export const certsUser = 'system:serviceaccount:mayfly-system:mayfly-certs';

export interface CertsPrograms {
  /** `mayfly certs` as a process of its own. */
  start(name: string, more?: readonly string[]): Promise<RunningRole>;
  /** Ends them all and removes their folder. */
  remove(): Promise<void>;
}

/** Programs that speak to the cluster as the ServiceAccount of the manifests. */
export async function createCertsPrograms(cluster: Cluster): Promise<CertsPrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-certs-'));
  const running: RunningRole[] = [];
  return {
    async start(name, more = []) {
      const kubeconfig = await cluster.writeKubeconfig(certsUser);
      const lines = [quickElection, ...more];
      const program = await startRole('certs', { folder, name, kubeconfig, lines });
      running.push(program);
      return program;
    },
    remove: async () => {
      await Promise.all(running.map(async (one) => await one.end('SIGKILL')));
      await rm(folder, { recursive: true });
    },
  };
}
