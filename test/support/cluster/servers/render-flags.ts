import { join } from 'node:path';
import type { ClusterOptions } from '../create-cluster.ts';
import { etcdFolderOf } from './etcd-snapshot.ts';
import type { ClusterFiles } from '../write-cluster-files.ts';

export function renderEtcdFlags(files: ClusterFiles): readonly string[] {
  const clients = `http://127.0.0.1:${files.etcdPort}`;
  const peers = `http://127.0.0.1:${files.etcdPeerPort}`;
  return [
    `--data-dir=${etcdFolderOf(files.folder)}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
  ];
}

export function renderApiServerFlags(
  files: ClusterFiles,
  options: ClusterOptions,
): readonly string[] {
  const { folder } = files;
  const address = options.network?.address ?? '127.0.0.1';
  return [
    `--etcd-servers=http://127.0.0.1:${files.etcdPort}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${files.port}`,
    `--tls-cert-file=${join(folder, 'serving.crt')}`,
    `--tls-private-key-file=${join(folder, 'serving.key')}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    `--service-account-issuer=${options.serviceAccountIssuer ?? files.url}`,
    `--service-account-key-file=${join(folder, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'service-accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    '--profiling=false',
    ...(options.kubelets === true ? flagsWithKubelets : flagsWithoutKubelets),
    ...renderAdmissionFlags(options),
    ...(options.audit === true ? renderAuditFlags(files) : []),
    ...(options.apiServerFlags ?? []),
  ];
}

function renderAdmissionFlags(options: ClusterOptions): readonly string[] {
  const enabled = options.enableAdmissionPlugins ?? [];
  // Without its controller no namespace would get the service account that the plugin asks for.
  const absent = options.controllers === true ? [] : ['ServiceAccount'];
  const disabled = [...absent, ...(options.disableAdmissionPlugins ?? [])];
  return [
    ...(enabled.length === 0 ? [] : [`--enable-admission-plugins=${enabled.join(',')}`]),
    ...(disabled.length === 0 ? [] : [`--disable-admission-plugins=${disabled.join(',')}`]),
  ];
}

/** Only real pods ask for the endpoints of the API server. */
const flagsWithoutKubelets = ['--authorization-mode=RBAC', '--endpoint-reconciler-type=none'];
const flagsWithKubelets = [
  '--authorization-mode=Node,RBAC',
  '--kubelet-preferred-address-types=InternalIP',
];

/** Blocking: what a client was answered stands in the log. */
function renderAuditFlags(files: ClusterFiles): readonly string[] {
  return [
    `--audit-policy-file=${join(files.folder, 'audit-policy.json')}`,
    `--audit-log-path=${files.auditLogFile}`,
    '--audit-log-mode=blocking-strict',
  ];
}

/** Pods whose node has no kubelet are to stay: tests play the kubelet. */
const withoutNodes = [
  '*',
  '-node-lifecycle-controller',
  '-pod-garbage-collector-controller',
  '-taint-eviction-controller',
];

export function renderControllerFlags(
  files: ClusterFiles,
  kubeconfig: string,
  options: ClusterOptions,
): readonly string[] {
  const controllers = options.kubelets === true ? ['*'] : withoutNodes;
  return [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials=false',
    `--service-account-private-key-file=${join(files.folder, 'service-accounts.key')}`,
    `--root-ca-file=${join(files.folder, 'ca.crt')}`,
    `--controllers=${controllers.join(',')}`,
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}
