import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whyMissing, type PartName } from '#test/support/parts.ts';
import { networkPluginFolder } from './servers/write-node-files.ts';

/** The programs of a node that are built. */
const nodeParts = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'kubelet',
  'kube-proxy',
  'kube-scheduler',
  'containerd',
  'ctr',
  'pause',
] as const satisfies readonly PartName[];

/** Packages of Debian that a node needs, each with a file of it. */
const packages = {
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': join(networkPluginFolder, 'ptp'),
  buildah: '/usr/bin/buildah',
  'busybox-static': '/bin/busybox',
  nftables: '/usr/sbin/nft',
  iproute2: '/bin/ip',
  git: '/usr/bin/git',
  'openssh-client': '/usr/bin/ssh',
  'ca-certificates': '/etc/ssl/certs/ca-certificates.crt',
};

/** Those of Debian's packages for a node that are not installed. */
export function listMissingPackages(): readonly string[] {
  return Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/** Null where a real node can run, else why not. */
export function whyNoNode(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!mayUnshare()) return 'this machine allows no namespaces';
  const missing = listMissingPackages();
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  return nodeParts.map((name) => whyMissing(name)).find((reason) => reason !== null) ?? null;
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
