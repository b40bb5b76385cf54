/** Starts a node, tells its parent where it is, and waits to be killed. */
import { createNode } from './create-node.ts';

/** What it sends over IPC. */
export interface AbandonedNode {
  readonly folder: string;
  readonly clusterFolder: string;
  readonly hostAddress: string;
}

const { folder, cluster, hostAddress } = await createNode();
process.send?.({ folder, clusterFolder: cluster.folder, hostAddress } satisfies AbandonedNode);
setInterval(() => undefined, 1000);
