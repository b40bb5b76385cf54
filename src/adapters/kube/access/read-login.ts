import { dirname, resolve } from 'node:path';
import {
  newClusters,
  newContexts,
  newUsers,
  type Cluster,
  type User,
} from '@kubernetes/client-node/dist/config_types.js';
import type { KubeCredentials } from '#core/ports/kube/kube-access.ts';
import { readClusterAddress } from '#platform/config/sections/cluster-address.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { fileBytes, readKubeconfigFile, readToken, withTokenFile } from './kubeconfig-file.ts';
import type { Login, LoginOptions } from './login.ts';

/** Where a pod finds who it is. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/** For a program: tokens and certificates alone, read as they are now. */
export async function readLogin({ kubeconfig, context }: LoginOptions): Promise<Login> {
  const found =
    kubeconfig === undefined ? findAccount() : await readKubeconfig(kubeconfig, context);
  return { ...found, readCredentials: async () => await readCredentials(found) };
}

type Found = Omit<Login, 'readCredentials'>;

function findAccount(): Found {
  const server = readClusterAddress() ?? '';
  const config = { tokenFile: `${account}/token` };
  return {
    context: 'in-cluster',
    cluster: { name: 'in-cluster', server, caFile: `${account}/ca.crt`, skipTLSVerify: false },
    user: { name: 'in-cluster', authProvider: { name: 'tokenFile', config } },
  };
}

async function readKubeconfig(file: string, asked: string | undefined): Promise<Found> {
  const fields = await readKubeconfigFile(file);
  const context = asked ?? String(fields['current-context']);
  const chosen = newContexts(fields['contexts']).find(({ name }) => name === context);
  const cluster = newClusters(fields['clusters']).find(({ name }) => name === chosen?.cluster);
  const user = newUsers(fields['users']).find(({ name }) => name === chosen?.user);
  return {
    context,
    cluster: cluster === undefined ? null : { ...cluster, ...beside(file, cluster, ['caFile']) },
    user: user === undefined ? null : locate(withTokenFile(user, fields['users'], file), file),
  };
}

function locate(user: User, file: string): User {
  return { ...user, ...beside(file, user, ['certFile', 'keyFile']) };
}

/** Files that a configuration names are found from where it lies. */
function beside<T extends Cluster | User>(
  file: string,
  part: T,
  names: readonly (keyof T)[],
): object {
  const named = names.filter((name) => typeof part[name] === 'string' && part[name] !== '');
  const root = dirname(file);
  return Object.fromEntries(named.map((name) => [name, resolve(root, String(part[name]))]));
}

async function readCredentials({ cluster, user }: Found): Promise<KubeCredentials> {
  const ca = cluster === null ? undefined : await readPem(cluster.caFile, cluster.caData);
  const servername = cluster?.tlsServerName;
  if (user === null) return { tls: withoutAbsent({ ca, servername }), headers: {} };
  const cert = await readPem(user.certFile, user.certData);
  const key = await readPem(user.keyFile, user.keyData);
  const token = await readToken(user);
  const headers = {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    'impersonate-user': user.impersonateUser,
  };
  return { tls: withoutAbsent({ ca, cert, key, servername }), headers: withoutAbsent(headers) };
}

async function readPem(
  file: string | undefined,
  text: string | undefined,
): Promise<string | undefined> {
  if (file) return (await readFileBounded(file, fileBytes)).toString('latin1');
  return text ? Buffer.from(text, 'base64').toString('latin1') : undefined;
}

function withoutAbsent(
  texts: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
