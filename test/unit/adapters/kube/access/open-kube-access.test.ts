import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const isProgram = { isPerson: false };
const cluster = { server: 'https://10.0.0.1:6443', 'certificate-authority-data': 'Q0E=' };

let folder: Awaited<ReturnType<typeof createTempFolder>>;
beforeEach(async () => {
  folder = await createTempFolder();
});
afterEach(() => folder.remove());

describe('the access to a cluster', () => {
  it('is read as kubectl reads it, from the context that is asked for', async () => {
    const clock = createFakeClock();
    const kubeconfig = await write(cluster, { token: 'of-alice' });
    const access = await openKubeAccess({ ...isProgram, kubeconfig }, clock);
    expect(access.server).toBe('https://10.0.0.1:6443/');
    expect(await access.credentials()).toEqual({
      tls: { ca: 'CA' },
      headers: { authorization: 'Bearer of-alice' },
    });
    const named = { ...isProgram, kubeconfig, context: 'other' };
    await expectCode(openKubeAccess(named, clock), 'MAYFLY_KUBE_CONFIG');
  });

  it('takes files beside the configuration, and looks at them again', async () => {
    const clock = createFakeClock();
    await writeFile(join(folder.path, 'cert.pem'), 'first');
    await writeFile(join(folder.path, 'key.pem'), 'key');
    const tokenFile = join(folder.path, 'token');
    await writeFile(tokenFile, 'first-token\n');
    const files = { 'client-certificate': 'cert.pem', 'client-key': 'key.pem' };
    const user = { ...files, tokenFile: 'token', token: 'of an earlier day' };
    const kubeconfig = await write(cluster, user);
    const access = await openKubeAccess({ ...isProgram, kubeconfig }, clock);
    await writeFile(join(folder.path, 'cert.pem'), 'second');
    expect((await access.credentials()).tls).toEqual({ ca: 'CA', cert: 'first', key: 'key' });
    await writeFile(tokenFile, 'second-token\n');
    await clock.advance(10_000);
    const { tls, headers } = await access.credentials();
    expect(tls.cert).toBe('second');
    expect(headers).toEqual({ authorization: 'Bearer second-token' });
  });

  it.each([
    ['would not be verified', { ...cluster, 'insecure-skip-tls-verify': true }, {}],
    ['is behind a proxy', { ...cluster, 'proxy-url': 'http://proxy' }, {}],
    ['not reached by https', { server: 'http://10.0.0.1' }, {}],
    ['names no server', { server: 'somewhere' }, {}],
    ['neither a token nor a certificate', cluster, {}],
    ['cannot be read', cluster, { tokenFile: 'missing' }],
    ['has a password', cluster, { username: 'a', password: 'hunter2' }],
    ['logs in by a program', cluster, { exec: { command: '/bin/true', apiVersion: 'v1' } }],
    ['logs in by a program', cluster, { 'auth-provider': { name: 'oidc', config: {} } }],
    ['cannot be read', cluster, { 'client-certificate': 'missing.pem' }],
  ])('is refused when it %s', async (problem, cluster, user) => {
    const kubeconfig = await write(cluster, user);
    const opening = openKubeAccess({ ...isProgram, kubeconfig }, createFakeClock());
    const error = await expectCode(opening, 'MAYFLY_KUBE_CONFIG');
    expect(error.message).toContain(problem);
    expect(error.message).not.toContain('hunter2');
  });

  it('is refused when there is none, and when it is no configuration', async () => {
    await expectCode(openKubeAccess(isProgram, createFakeClock()), 'MAYFLY_KUBE_CONFIG');
    const kubeconfig = join(folder.path, 'broken');
    await writeFile(kubeconfig, '{{');
    const opening = openKubeAccess({ ...isProgram, kubeconfig }, createFakeClock());
    await expectCode(opening, 'MAYFLY_KUBE_CONFIG');
  });

  it('of a person takes the token of a file, too, as it is now', async () => {
    const clock = createFakeClock();
    const tokenFile = join(folder.path, 'token');
    await writeFile(tokenFile, 'first-token\n');
    const kubeconfig = await write(cluster, { tokenFile: 'token' });
    const access = await openKubeAccess({ isPerson: true, kubeconfig }, clock);
    expect((await access.credentials()).headers).toEqual({ authorization: 'Bearer first-token' });
    await writeFile(tokenFile, 'second-token\n');
    await clock.advance(10_000);
    expect((await access.credentials()).headers).toEqual({ authorization: 'Bearer second-token' });
  });

  it('of a person may run a program, whose words stay inside when it fails', async () => {
    const clock = createFakeClock();
    const token = { kind: 'ExecCredential', status: { token: 'of-program' } };
    const good = { command: '/bin/echo', args: [JSON.stringify(token)] };
    const kubeconfig = await write(cluster, { exec: good });
    const access = await openKubeAccess({ isPerson: true, kubeconfig }, clock);
    expect((await access.credentials()).headers).toEqual({ authorization: 'Bearer of-program' });
    const bad = { command: '/bin/sh', args: ['-c', 'echo hunter2 >&2; exit 1'] };
    const other = await write(cluster, { exec: bad });
    const opening = openKubeAccess({ isPerson: true, kubeconfig: other }, clock);
    const error = await expectCode(opening, 'MAYFLY_KUBE_CONFIG');
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});

async function write(cluster: object, user: object): Promise<string> {
  const path = join(folder.path, 'config');
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}
