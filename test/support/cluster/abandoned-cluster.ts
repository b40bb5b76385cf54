/** Starts a cluster, tells its parent where it is, and waits to be killed. */
import { createCluster } from './create-cluster.ts';

/** What it sends over IPC. */
export interface AbandonedCluster {
  readonly folder: string;
  readonly port: number;
}

const { folder, port } = await createCluster({ controllers: true });
process.send?.({ folder, port } satisfies AbandonedCluster);
setInterval(() => undefined, 1000);
