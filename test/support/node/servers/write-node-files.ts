import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Machine } from '../machine/create-machine.ts';

/** Where Debian's package puts the programs that give a pod its network. */
export const networkPluginFolder = '/usr/lib/cni';

export interface NodeFiles {
  readonly containerd: string;
  readonly kubelet: string;
  readonly kubeletFolder: string;
  readonly certificates: string;
}

/** The address of containerd, as programs of the machine see it. */
export const runtimeSocket = '/run/containerd/containerd.sock';

/** Addresses of pods; of this machine alone, whatever they mean elsewhere. */
const podAddresses = '10.244.0.0/24';

/** Writes what the programs of a node are told. Kubernetes reads JSON where it reads YAML. */
export async function writeNodeFiles(machine: Machine): Promise<NodeFiles> {
  const { folder } = machine;
  const files: NodeFiles = {
    containerd: join(folder, 'containerd.toml'),
    kubelet: join(folder, 'kubelet.json'),
    kubeletFolder: join(folder, 'kubelet'),
    certificates: join(folder, 'kubelet-certificates'),
  };
  const networks = join(folder, 'networks');
  const contents = {
    [files.containerd]: renderContainerd(folder, networks),
    [files.kubelet]: JSON.stringify(renderKubelet(machine)),
    [join(networks, '10-pods.conflist')]: JSON.stringify(renderPodNetwork(folder)),
    [join(folder, 'resolv.conf')]: 'nameserver 127.0.0.1\n',
  };
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return files;
}

function renderContainerd(folder: string, networks: string): string {
  const runtime = "[plugins.'io.containerd.cri.v1.runtime'";
  return [
    'version = 3',
    `root = '${join(folder, 'containerd')}'`,
    "state = '/run/containerd'",
    '[grpc]',
    `address = '${runtimeSocket}'`,
    "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
    "sandbox = 'localhost/pause:3'",
    `${runtime}]`,
    // Without CAP_SYS_RESOURCE nobody may lower it.
    'restrict_oom_score_adj = true',
    `${runtime}.cni]`,
    `bin_dirs = ['${networkPluginFolder}']`,
    `conf_dir = '${networks}'`,
    `${runtime}.containerd.runtimes.runc]`,
    "runtime_type = 'io.containerd.runc.v2'",
    `${runtime}.containerd.runtimes.runc.options]`,
    'SystemdCgroup = false',
    '',
  ].join('\n');
}

function renderKubelet({ folder, controlGroup }: Machine): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Its port is seen from within the machine only.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${runtimeSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${controlGroup}`,
    failCgroupV1: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    // How soon a volume follows its Secret; a minute where nobody waits for it.
    syncFrequency: '2s',
    makeIPTablesUtilChains: false,
    localStorageCapacityIsolation: false,
    // Without CAP_SYS_RESOURCE neither may be changed.
    oomScoreAdj: 0,
    maxOpenFiles: 20_000,
    // A full disk is the trouble of whoever runs the tests, not of their pods.
    evictionHard: {
      'memory.available': '10Mi',
      'nodefs.available': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    resolvConf: join(folder, 'resolv.conf'),
    volumePluginDir: join(folder, 'volume-plugins'),
    podLogsDir: join(folder, 'pod-logs'),
  };
}

/** One pair of network cards for each pod: what pods send to each other passes the packet filters of the machine. */
function renderPodNetwork(folder: string): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipam: {
          type: 'host-local',
          dataDir: join(folder, 'pod-addresses'),
          ranges: [[{ subnet: podAddresses }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
}
