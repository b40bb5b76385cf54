import { dirname } from 'node:path';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { requirePart } from '#test/support/parts.ts';
import type { Machine, MachineServer } from '../machine/create-machine.ts';
import type { NodeFiles } from './write-node-files.ts';

/** What the API server knows the kubelet as. */
export function nodeUserOf(name: string): {
  readonly name: string;
  readonly groups: readonly string[];
} {
  return { name: `system:node:${name}`, groups: ['system:nodes'] };
}

/** Runs containers. Its shim has to be its own: an older one on the path speaks another language. */
export async function renderContainerd(files: NodeFiles): Promise<MachineServer> {
  const file = await requirePart('containerd');
  const env = { PATH: `${dirname(file)}:${process.env['PATH'] ?? ''}` };
  return { name: 'containerd', file, env, args: ['--config', files.containerd] };
}

export async function renderKubelet(
  { cluster, machine }: { readonly cluster: Cluster; readonly machine: Machine },
  files: NodeFiles,
  name: string,
): Promise<MachineServer> {
  const args = [
    `--kubeconfig=${await cluster.writeKubeconfig(nodeUserOf(name).name)}`,
    `--config=${files.kubelet}`,
    `--hostname-override=${name}`,
    `--node-ip=${machine.address}`,
    `--root-dir=${files.kubeletFolder}`,
    `--cert-dir=${files.certificates}`,
  ];
  return { name: 'kubelet', file: await requirePart('kubelet'), args };
}

export async function renderScheduler(cluster: Cluster): Promise<MachineServer> {
  const kubeconfig = await cluster.writeKubeconfig();
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
  ];
  return { name: 'kube-scheduler', file: await requirePart('kube-scheduler'), args };
}

/** Makes the addresses of services lead to pods. */
export async function renderProxy(cluster: Cluster, name: string): Promise<MachineServer> {
  const args = [
    `--kubeconfig=${await cluster.writeKubeconfig()}`,
    '--proxy-mode=nftables',
    `--hostname-override=${name}`,
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ];
  return { name: 'kube-proxy', file: await requirePart('kube-proxy'), args };
}
