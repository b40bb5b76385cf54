import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildModule, isBuilt, whyNotBuildable, type GoModule } from './parts/build-module.ts';

const sops: GoModule = {
  name: 'sops',
  packages: [
    'github.com/getsops/sops/v3/cmd/sops',
    'filippo.io/age/cmd/age',
    'filippo.io/age/cmd/age-keygen',
    './bench',
  ],
  minutes: 2,
};

const version = 'k8s.io/component-base/version';

const kubernetes: GoModule = {
  name: 'kubernetes',
  packages: [
    'k8s.io/kubernetes/cmd/kube-apiserver',
    'k8s.io/kubernetes/cmd/kube-controller-manager',
    'k8s.io/kubernetes/cmd/kube-proxy',
    'k8s.io/kubernetes/cmd/kube-scheduler',
    'k8s.io/kubernetes/cmd/kubectl',
    'k8s.io/kubernetes/cmd/kubelet',
    './etcd',
  ],
  // Built as a dependency, the programs would call themselves v0.0.0.
  flags: [
    '-ldflags',
    `-s -w -X ${version}.gitVersion=v1.37.2 -X ${version}.gitMajor=1 -X ${version}.gitMinor=37`,
  ],
  minutes: 8,
};

const containerd: GoModule = {
  name: 'containerd',
  packages: [
    'github.com/containerd/containerd/v2/cmd/containerd',
    'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    'github.com/containerd/containerd/v2/cmd/ctr',
    './pause',
  ],
  flags: [
    '-trimpath',
    '-ldflags',
    '-s -w -X github.com/containerd/containerd/v2/version.Version=2.4.2',
  ],
  minutes: 2,
};

const sealedSecrets: GoModule = {
  name: 'sealed-secrets',
  packages: [
    'github.com/bitnami-labs/sealed-secrets/cmd/controller',
    'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal',
  ],
  minutes: 2,
};

const vault: GoModule = {
  name: 'vault',
  packages: ['github.com/hashicorp/vault'],
  flags: ['-trimpath', '-ldflags', '-s -w'],
  minutes: 8,
};

const openbao: GoModule = {
  name: 'openbao',
  packages: ['github.com/openbao/openbao'],
  // Built as a dependency, the program would call itself 2.0.0-HEAD.
  flags: ['-trimpath', '-ldflags', '-s -w -X github.com/openbao/openbao/version.fullVersion=2.4.0'],
  minutes: 8,
};

const certIssuer: GoModule = {
  name: 'cert-manager',
  packages: ['./cainjector', './controller'],
  flags: ['-trimpath', '-ldflags', '-s -w'],
  minutes: 4,
};

const admission: GoModule = { name: 'admission', packages: ['.'], minutes: 2 };

const consulTemplate: GoModule = { name: 'consul-template', packages: ['./render'], minutes: 1 };

interface Part {
  readonly module: GoModule;
  readonly file: string;
  /** Also taken from the folder that `KUBEBUILDER_ASSETS` names. */
  readonly isAsset?: true;
  /** Only a benchmark needs it: it is built when that asks for it. */
  readonly isPeer?: true;
}

/** The real programs that tests run against, each built from a pinned Go module of `test/parts`. */
const parts = {
  sops: { module: sops, file: 'sops' },
  age: { module: sops, file: 'age' },
  'age-keygen': { module: sops, file: 'age-keygen' },
  'sops-bench': { module: sops, file: 'bench' },
  etcd: { module: kubernetes, file: 'etcd', isAsset: true },
  'kube-apiserver': { module: kubernetes, file: 'kube-apiserver', isAsset: true },
  'kube-controller-manager': {
    module: kubernetes,
    file: 'kube-controller-manager',
    isAsset: true,
  },
  'kube-proxy': { module: kubernetes, file: 'kube-proxy' },
  'kube-scheduler': { module: kubernetes, file: 'kube-scheduler' },
  kubelet: { module: kubernetes, file: 'kubelet' },
  containerd: { module: containerd, file: 'containerd' },
  ctr: { module: containerd, file: 'ctr' },
  pause: { module: containerd, file: 'pause' },
  kubectl: { module: kubernetes, file: 'kubectl', isAsset: true },
  vault: { module: vault, file: 'vault' },
  openbao: { module: openbao, file: 'openbao' },
  'cert-manager': { module: certIssuer, file: 'controller' },
  cainjector: { module: certIssuer, file: 'cainjector' },
  'admission-peer': { module: admission, file: 'admission', isPeer: true },
  kubeseal: { module: sealedSecrets, file: 'kubeseal', isPeer: true },
  'sealed-secrets-controller': { module: sealedSecrets, file: 'controller', isPeer: true },
  // Its answers are kept as vectors: it is built when they are made anew.
  'consul-template-render': { module: consulTemplate, file: 'render', isPeer: true },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

/** What the tests need. */
export const partNames = (Object.keys(parts) as PartName[]).filter((name) => !isPeer(name));

/**
 * The absolute path of a real program, built when it is not yet in the cache. Throws when it is missing and
 * cannot be built: without Go, or with `MAYFLY_TESTBED=off`.
 */
export async function requirePart(name: PartName): Promise<string> {
  const missing = whyMissing(name);
  if (missing !== null) throw new Error(`the part ${name} is missing: ${missing}`);
  return findAsset(name) ?? join(await buildModule(parts[name].module), parts[name].file);
}

/** Null when the part is there or can be built, else the reason. */
export function whyMissing(name: PartName): string | null {
  if (process.env['MAYFLY_TESTBED'] === 'off') return 'MAYFLY_TESTBED=off';
  if (findAsset(name) !== null || isBuilt(parts[name].module)) return null;
  return whyNotBuildable();
}

/** Whether it is there without building anything. */
export function isAtHand(name: PartName): boolean {
  if (process.env['MAYFLY_TESTBED'] === 'off') return false;
  return findAsset(name) !== null || isBuilt(parts[name].module);
}

/** Whether a missing part is a failure instead of a skip. */
export function isCi(): boolean {
  return !['', '0', 'false', undefined].includes(process.env['CI']?.toLowerCase());
}

function isPeer(name: PartName): boolean {
  const part: Part = parts[name];
  return part.isPeer === true;
}

function findAsset(name: PartName): string | null {
  const part: Part = parts[name];
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (part.isAsset === undefined || !folder) return null;
  const file = join(folder, part.file);
  return existsSync(file) ? file : null;
}
