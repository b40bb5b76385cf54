import { readAgeVector } from '#test/support/age/vectors.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';
import { postObject, postSecret, secretPath } from '../escapes/tenant.ts';

/** Texts as the `data` of a Secret. */
export function encode(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

/** A namespace whose quota leaves no room for one more Secret. */
export async function fillNamespace({ cluster, kubectl, server }: KubeWorld): Promise<void> {
  const namespace = 'full';
  await kubectl('create', 'namespace', namespace);
  const keys = (await readAgeVector('x25519.txt')).toString();
  const secrets = { age: { 'keys.txt': keys }, ca: { 'ca.crt': server.caPem } };
  for (const [name, texts] of Object.entries(secrets)) {
    await postSecret(cluster, { metadata: { name } }, { namespace, data: encode(texts) });
  }
  await kubectl('create', 'quota', 'full', '--hard=secrets=2', '-n', namespace);
  const probe = { metadata: { name: 'probe' } };
  const isFull = async (): Promise<boolean> =>
    (await postSecret(cluster, probe, { namespace })).status === 403;
  await measure('the quota is in force', async () => {
    if (await isFull()) return true;
    await cluster.request({ method: 'DELETE', path: secretPath('probe', namespace) });
    return false;
  });
  const source = aSource({ server }, 'repo');
  for (const object of [source, aSecret('full', { path: 'cases/0/leaky.yaml' })]) {
    await postObject(cluster, object, { user: 'admin', namespace });
  }
}
