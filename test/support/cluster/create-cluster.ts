/**
 * A real Kubernetes control plane for tests, demos and benchmarks: etcd, kube-apiserver and, when asked for,
 * kube-controller-manager. No kubelet: pods are only objects. Free of the test runner.
 *
 *     const cluster = await createCluster({ users: ['tenant-a'], controllers: true });
 *     await cluster.kubectl(['apply', '-f', '-'], { stdin: manifest, user: 'tenant-a' });
 *     const { status, body } = await cluster.request({ path: '/api/v1/namespaces' });
 *     await cluster.stop();
 *
 * The servers and their folder are gone soon after this process is, even when it is killed. The programs come from
 * `requirePart`: see `describeWithCluster` for tests.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyEtcd, putBackEtcd, type EtcdSnapshot } from './servers/etcd-snapshot.ts';
import { createClusterClient, type ClusterClient } from './cluster-client.ts';
import { createServers, type Servers } from './servers/create-servers.ts';
import { createSupervisor } from './servers/create-supervisor.ts';
import { writeClusterFiles, type ClusterFiles } from './write-cluster-files.ts';

export interface ClusterUser {
  readonly name: string;
  readonly groups?: readonly string[];
}

/** A network other than that of this machine. */
export interface ClusterNetwork {
  /** The address that the API server listens on; it is reached from here. */
  readonly address: string;
  /** The program and arguments that start another program in that network. */
  readonly enter: readonly [string, ...string[]];
}

export interface ClusterOptions {
  /** Users with a token each, without any right at first. `admin` of `system:masters` is always there. */
  readonly users?: readonly (string | ClusterUser)[];
  /**
   * Runs kube-controller-manager: garbage collection, deletion of namespaces, service accounts, workloads. Without
   * it a deleted namespace stays, and pods need no service account.
   */
  readonly controllers?: boolean;
  /** Where the servers run; default: on the loopback address of this machine. */
  readonly network?: ClusterNetwork;
  /** Real kubelets look after the pods: the controllers look after the nodes. */
  readonly kubelets?: boolean;
  /** Writes the audit log: Secrets with their metadata only, everything else with its bodies. */
  readonly audit?: boolean;
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
  /** The claim `iss` of tokens of service accounts; default: the address of the server. */
  readonly serviceAccountIssuer?: string;
  /** More flags of kube-apiserver, such as `--feature-gates=…`. */
  readonly apiServerFlags?: readonly string[];
}

export interface KubectlOptions {
  /** Default: `admin`. */
  readonly user?: string;
  readonly stdin?: string;
  /** The server to speak to, such as a fault proxy. */
  readonly url?: string;
}

export interface ClusterRequest {
  /** Default: GET, or POST with a body. */
  readonly method?: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** Default: `application/json`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** The server to speak to, such as a fault proxy. */
  readonly url?: string;
}

export interface ClusterAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface Cluster {
  /** `https://127.0.0.1:PORT`, or with the address of the network. */
  readonly url: string;
  readonly port: number;
  /** The CA of the serving certificate, which names localhost, 127.0.0.1 and ::1. */
  readonly caPem: string;
  /** The serving certificate, for a proxy in front of the server. */
  readonly serving: { readonly certPem: string; readonly keyPem: string };
  /** The folder with everything of this cluster; logs are `NAME.log` in it. */
  readonly folder: string;
  readonly auditLogFile: string;
  /** The bearer token of a user, `admin` by default. */
  tokenOf(user?: string): string;
  /** Writes the kubeconfig of a user, for this server or the one at `url`, and returns its path. */
  writeKubeconfig(user?: string, url?: string): Promise<string>;
  /** Runs kubectl and returns what it prints; throws with its error output when it fails. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** Sends one request over a kept connection; any status is an answer. */
  request(request: ClusterRequest): Promise<ClusterAnswer>;
  /**
   * Ends the API server and starts it again, at the same address and with the same objects. What changed before is
   * then too old to watch from.
   */
  restartApiServer(): Promise<void>;
  /** Ends every server and keeps the objects. */
  hibernate(): Promise<void>;
  /** Starts the servers after `hibernate`. */
  wake(): Promise<void>;
  /** Copies the database; every server is down meanwhile. */
  takeSnapshot(): Promise<EtcdSnapshot>;
  /** Puts the database of a snapshot in place and starts every server again. */
  restoreSnapshot(snapshot: EtcdSnapshot): Promise<void>;
  /** Ends every server and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a control plane of its own; ready when it resolves. Throws with the end of the log when it cannot. */
export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-cluster-'));
  const supervisor = createSupervisor(folder);
  try {
    const files = await writeClusterFiles(folder, options);
    const client = createClusterClient(files);
    const servers = createServers({ supervisor, client, files }, options);
    await servers.start();
    return composeCluster(files, client, servers);
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

function composeCluster(files: ClusterFiles, client: ClusterClient, servers: Servers): Cluster {
  const { folder, port, url, caPem, serving, auditLogFile, tokenOf, writeKubeconfig } = files;
  const { kubectl, request } = client;
  const known = { url, port, caPem, serving, folder, auditLogFile, tokenOf, writeKubeconfig };
  return {
    ...known,
    kubectl,
    request,
    restartApiServer: () => servers.restart('kube-apiserver'),
    hibernate: () => servers.end(),
    wake: () => servers.start(),
    takeSnapshot: async () => {
      await servers.end();
      const snapshot = await copyEtcd(folder);
      await servers.start();
      return snapshot;
    },
    restoreSnapshot: async (snapshot) => {
      await servers.end();
      await putBackEtcd(folder, snapshot);
      await servers.start();
    },
    stop: async () => {
      client.close();
      await servers.close();
    },
  };
}
