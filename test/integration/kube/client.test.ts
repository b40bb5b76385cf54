import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import type { KubeApi, KubeCall, KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';
import { createServerTime, type LearningServerTime } from '#platform/kube/server-time.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import { firstOf, isList, isWatch, isWrite } from '#test/support/cluster/faults/faults.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { until } from '#test/support/until.ts';

const secrets: KubeResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
const configMaps = { ...secrets, plural: 'configmaps', kind: 'ConfigMap' };
const lambs = { group: 'mayfly.dev', version: 'v1', plural: 'lambs', kind: 'Lamb' };
const value = Buffer.from('hunter2').toString('base64');
const clock = createSystemClock();
const call: KubeCall = { signal: new AbortController().signal };

let count = 0;
let web: KubeName;

await describeWithCluster('the client on a real API server', { users: ['clerk'] }, (cluster) => {
  let api: KubeApi;
  const serverTime = createServerTime(clock);

  beforeAll(async () => {
    api = await openApi(cluster(), 'admin', { serverTime });
    await api.create(nameOf(namespaces, 'shop'), {}, call);
    await cluster().kubectl(['apply', '-f', '-'], { stdin: clerkRole });
  });
  beforeEach(() => {
    count += 1;
    web = { resource: secrets, namespace: 'shop', name: `web-${count}` };
  });

  it('creates once, reads, and reads metadata alone', async () => {
    expect(await api.get(web, call)).toBeNull();
    const made = await api.create(web, { data: { key: value } }, call);
    await expectCode(api.create(web, { data: {} }, call), 'MAYFLY_KUBE_EXISTS');
    expect(await api.get(web, call)).toMatchObject({ data: { key: value }, type: 'Opaque' });
    const partial = await api.get(web, { ...call, metadataOnly: true });
    expect(partial?.metadata.uid).toBe(made.metadata.uid);
    expect(JSON.stringify(partial)).not.toContain(value);
    expect(partial?.kind).toBe('PartialObjectMetadata');
    const managers = JSON.stringify(partial?.metadata.managedFields);
    expect(managers).toContain('"manager":"mayfly"');
  });

  it('applies by force and replaces', async () => {
    const made = await api.apply(web, { data: { key: value } }, call);
    await cluster().kubectl(['-n', 'shop', 'label', 'secret', web.name, 'a=theirs']);
    const labelled = { data: { key: value }, metadata: { labels: { a: 'ours' } } };
    const applied = await api.apply(web, labelled, call);
    expect(applied.metadata.uid).toBe(made.metadata.uid);
    expect(applied.metadata.labels).toEqual({ a: 'ours' });
    const { resourceVersion } = applied.metadata;
    const replaced = await api.replace(web, { metadata: { resourceVersion } }, call);
    expect(replaced).not.toHaveProperty('data');
    const stale = api.replace(web, { metadata: { resourceVersion } }, call);
    await expectCode(stale, 'MAYFLY_KUBE_CONFLICT');
  });

  it('writes only on the state that it was decided on, and never creates there', async () => {
    const { metadata } = await api.create(web, { data: { key: value } }, call);
    const on = { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
    const foreign = { ...on, uid: '00000000-0000-4000-8000-000000000000' };
    for (const wrong of [foreign, { ...on, resourceVersion: '1' }]) {
      const given = { ...call, on: wrong };
      await expectCode(api.apply(web, { data: {} }, given), 'MAYFLY_KUBE_CONFLICT');
      await expectCode(api.patch(web, { data: {} }, given), 'MAYFLY_KUBE_CONFLICT');
      await expectCode(api.delete(web, given), 'MAYFLY_KUBE_CONFLICT');
    }
    const patched = await api.patch(web, { data: { more: value } }, { ...call, on });
    expect(patched).toMatchObject({ data: { key: value, more: value } });
    const after = { ...on, resourceVersion: patched.metadata.resourceVersion };
    await api.apply(web, { data: { key: value } }, { ...call, on: after });
    await api.delete(web, { ...call, on: { uid: on.uid } });
    await api.delete(web, { ...call, on: after });
    await expectCode(api.apply(web, { data: {} }, { ...call, on }), 'MAYFLY_KUBE_CONFLICT');
    await expectCode(api.patch(web, { data: {} }, { ...call, on }), 'MAYFLY_KUBE_NOT_FOUND');
    expect(await api.get(web, call)).toBeNull();
  });

  it('patches a status and nothing else of the object', async () => {
    const shop = nameOf(namespaces, `status-${count}`);
    await api.create(shop, {}, call);
    const patch = { spec: { finalizers: [] }, status: { phase: 'Active' } };
    const patched = await api.patch(shop, patch, { ...call, subresource: 'status' });
    expect(patched).toMatchObject({ status: { phase: 'Active' } });
    expect(await api.get(shop, call)).toMatchObject({ spec: { finalizers: ['kubernetes'] } });
  });

  it('lists page by page, by label, with metadata alone', async () => {
    const resource = configMaps;
    const labels = { page: 'yes' };
    for (const letter of ['a', 'b', 'c']) {
      const target = { resource, namespace: 'shop', name: `page-${letter}` };
      await api.create(target, { metadata: { labels }, data: { note: value } }, call);
    }
    const query = { resource, labelSelector: 'page=yes', metadataOnly: true };
    const first = await api.list(query, { ...call, limit: 2 });
    const second = await api.list(query, { ...call, limit: 2, next: first.next ?? '' });
    const names = [...first.items, ...second.items].map(({ metadata }) => metadata.name);
    expect(names).toEqual(['page-a', 'page-b', 'page-c']);
    expect(second.next).toBeUndefined();
    expect(JSON.stringify([first, second])).not.toContain(value);
    const field = { resource, namespace: 'shop', fieldSelector: 'metadata.name=page-b' };
    expect((await api.list(field, { ...call, limit: 9 })).items).toHaveLength(1);
    const forged = api.list(query, { ...call, limit: 2, next: 'forged' });
    await expectCode(forged, 'MAYFLY_KUBE_REFUSED');
  });

  it.each([false, true])('watches, with metadata alone: %s', async (metadataOnly) => {
    const { resourceVersion } = await api.list({ resource: secrets }, { ...call, limit: 1 });
    const query = { resource: secrets, namespace: 'shop', metadataOnly };
    const ending = new AbortController();
    const kinds: string[] = [];
    let isOpen = false;
    const watch = { ...query, resourceVersion, timeoutSeconds: 3 };
    const opened = { signal: ending.signal, onOpen: () => (isOpen = true) };
    const watching = (async () => {
      for await (const event of api.watch(watch, opened)) {
        kinds.push(event.kind);
        if (metadataOnly) expect(JSON.stringify(event)).not.toContain(value);
      }
    })();
    await until(() => isOpen);
    await api.create(web, { data: { key: value } }, call);
    await api.patch(web, { metadata: { labels: { a: 'b' } } }, call);
    await api.delete(web, call);
    await watching;
    expect(kinds.slice(0, 3)).toEqual(['added', 'modified', 'deleted']);
    expect(kinds.slice(3)).toContain('bookmark');
  });

  it('refuses what the server refuses, and quotes nothing', async () => {
    const wrong = await expectCode(
      api.create(web, { data: { key: 'hunter2 is no base64' } }, call),
      'MAYFLY_KUBE_REFUSED',
    );
    expect(wrong.message).not.toContain('hunter2');
    const invalid = await expectCode(
      api.create({ ...web, name: 'Wrong_Name' }, { data: {} }, call),
      'MAYFLY_KUBE_REFUSED',
    );
    expect(invalid.message).toContain('(Invalid: metadata.name)');
    await expectCode(api.create(web, { dada: {} }, call), 'MAYFLY_KUBE_REFUSED');
    await expectCode(api.apply(web, { dada: {} }, call), 'MAYFLY_KUBE_REFUSED');
    const elsewhere = { ...web, namespace: 'nowhere' };
    await expectCode(api.create(elsewhere, {}, call), 'MAYFLY_KUBE_NOT_FOUND');
    expect(await api.get(elsewhere, call)).toBeNull();
    await expectCode(api.get({ ...web, resource: lambs }, call), 'MAYFLY_KUBE_NOT_FOUND');
    const query = { resource: lambs };
    await expectCode(api.list(query, { ...call, limit: 1 }), 'MAYFLY_KUBE_NOT_FOUND');
    const huge = { data: { key: 'A'.repeat(4 * 1024 * 1024) } };
    await expectCode(api.create(web, huge, call), 'MAYFLY_KUBE_REFUSED');
  });

  it('says whose right is missing', async () => {
    const clerk = await openApi(cluster(), 'clerk');
    const refused = await expectCode(clerk.get(web, call), 'MAYFLY_KUBE_FORBIDDEN');
    expect(refused.message).toContain('to clerk');
    const listing = clerk.list({ resource: secrets }, { ...call, limit: 1 });
    await expectCode(listing, 'MAYFLY_KUBE_FORBIDDEN');
    const groups = [
      'system:serviceaccounts',
      'system:serviceaccounts:shop',
      'system:authenticated',
    ];
    const app = { user: 'system:serviceaccount:shop:app', groups };
    const acting = await expectCode(
      clerk.create(web, {}, { ...call, as: app }),
      'MAYFLY_KUBE_FORBIDDEN',
    );
    expect(acting.message).toContain('acting as system:serviceaccount:shop:app');
    const powerless = await expectCode(
      api.create(web, {}, { ...call, as: app }),
      'MAYFLY_KUBE_FORBIDDEN',
    );
    expect(powerless.message).toContain('to system:serviceaccount:shop:app');
    const asClerk = { user: 'clerk', groups: ['system:authenticated'] };
    const made = { ...web, resource: configMaps };
    await api.create(made, {}, { ...call, as: asClerk });
    await expectCode(api.delete(made, { ...call, as: asClerk }), 'MAYFLY_KUBE_FORBIDDEN');
  });

  it('knows the time of the server', async () => {
    await api.get(web, call);
    expect(Math.abs(serverTime.skewMs() ?? Infinity)).toBeLessThan(1000);
  });

  it('is told that its token is not known', async () => {
    const access = await openKubeAccess(
      { isPerson: false, kubeconfig: await cluster().writeKubeconfig('admin') },
      clock,
    );
    const { tls } = await access.credentials();
    const headers = { authorization: 'Bearer forged' };
    const forged = { ...access, credentials: async () => ({ tls, headers }) };
    const stranger = createKubeApi(parts({ access: forged }), { version: '0.0.0' });
    await expectCode(stranger.get(web, call), 'MAYFLY_KUBE_UNAUTHENTICATED');
  });

  describe('through a proxy that breaks things', () => {
    let proxy: ClusterFaultProxy;
    let far: KubeApi;
    let farTime: LearningServerTime;
    beforeEach(async () => {
      proxy = await createClusterFaultProxy(cluster());
      const kubeconfig = await cluster().writeKubeconfig('admin', proxy.url);
      const access = await openKubeAccess({ isPerson: false, kubeconfig }, clock);
      farTime = createServerTime(clock);
      const options = { version: '0.0.0', timeoutMs: 5000, silenceMs: 1000 };
      far = createKubeApi(parts({ access, serverTime: farTime }), options);
    });
    afterEach(() => proxy.close());

    it('reads again what was cut, reset, dripped or refused for a moment', async () => {
      await api.create(web, { data: { key: value } }, call);
      const faults = [
        { kind: 'cut', afterBytes: 20 },
        { kind: 'reset' },
        { kind: 'answer', status: 500 },
        { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
        { kind: 'drip', bytes: 7 },
      ] as const;
      for (const fault of faults) {
        const stop = proxy.onRequest(firstOf(1, () => true, fault));
        expect((await far.get(web, call))?.metadata.name).toBe(web.name);
        stop();
      }
    });

    it('learns that the clock of the server was set', async () => {
      await far.get(web, call);
      expect(Math.abs(farTime.skewMs() ?? Infinity)).toBeLessThan(1500);
      proxy.setDate((date) => new Date(date.getTime() + 3_600_000).toUTCString());
      await far.get(web, call);
      expect(Math.abs((farTime.skewMs() ?? 0) - 3_600_000)).toBeLessThan(1500);
    });

    it('gives up reads that hang, and stops at once when told', async () => {
      proxy.onRequest((request) => (isList(request) ? { kind: 'stall' } : null));
      const ending = new AbortController();
      const reason = new Error('over');
      const listing = far.list({ resource: secrets }, { signal: ending.signal, limit: 5 });
      await until(() => proxy.requests.length > 0);
      ending.abort(reason);
      await expect(listing).rejects.toBe(reason);
    });

    it('does not repeat a write whose answer was lost, but one that was turned away', async () => {
      proxy.onRequest(firstOf(1, isWrite, { kind: 'lose-answer' }));
      await expectCode(far.create(web, {}, call), 'MAYFLY_KUBE_UNAVAILABLE');
      expect(await api.get(web, call)).not.toBeNull();
      const headers = { 'retry-after': '1' };
      proxy.onRequest(firstOf(1, isWrite, { kind: 'answer', status: 429, headers }));
      await far.delete(web, call);
      expect(proxy.requests.filter(isWrite).map(({ status }) => status)).toEqual([0, 429, 200]);
    });

    it.each([
      ['MAYFLY_KUBE_UNAVAILABLE', { kind: 'cut' }],
      ['MAYFLY_KUBE_UNAVAILABLE', { kind: 'partial' }],
      ['MAYFLY_KUBE_UNAVAILABLE', { kind: 'freeze' }],
      ['MAYFLY_KUBE_EXPIRED', { kind: 'error', status: 410 }],
      ['MAYFLY_KUBE_UNAVAILABLE', { kind: 'error', status: 500 }],
    ] as const)('says %s of a watch that meets %j', async (code, fault) => {
      const { resourceVersion } = await api.list({ resource: secrets }, { ...call, limit: 1 });
      const query = { resource: secrets, resourceVersion, timeoutSeconds: 60 };
      const watching = (async () => {
        for await (const _ of far.watch(query, call)) continue;
      })();
      const failure = expectCode(watching, code);
      await until(() => proxy.openWatches.length === 1);
      proxy.breakWatches(fault, isWatch);
      await failure;
    });
  });
});

function nameOf(resource: KubeResource, name: string): KubeName {
  return { resource, name };
}

type Parts = Parameters<typeof createKubeApi>[0];

function parts(given: Pick<Parts, 'access'> & Partial<Parts>): Parts {
  return {
    clock,
    random: createSystemRandom(),
    serverTime: createServerTime(clock),
    mayWrite: () => true,
    onCall: () => undefined,
    ...given,
  };
}

async function openApi(
  cluster: Cluster,
  user: string,
  given: Partial<Parts> = {},
): Promise<KubeApi> {
  const kubeconfig = await cluster.writeKubeconfig(user);
  const access = await openKubeAccess({ isPerson: false, kubeconfig }, clock);
  return createKubeApi(parts({ access, ...given }), { version: '0.0.0' });
}

const clerkRole = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: clerk, namespace: shop }
rules: [{ apiGroups: [''], resources: [configmaps], verbs: [create] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: clerk, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: clerk }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: clerk }]
`;
