import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import { runProgram } from '#test/support/cli/run-program.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { readAuditLog } from '#test/support/kube-world/read-audit-log.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const long = 120_000;
const sweep = 'system:serviceaccount:mayfly-system:mayfly-sweep';
const named = ['shop', 'store'] as const;
/** Beside them is one that Mayfly has no rights in. */
const everyNamespace = [...named, 'elsewhere'] as const;
const options = { manifests: 'overlays/namespaced', users: [sweep], audit: true } as const;

await describeWorld('mayfly controller with rights in two namespaces', options, (world) => {
  let replica: Replica;

  async function read(path: string): Promise<string> {
    const { status, body } = await world().cluster.request({ path });
    return status === 200 ? JSON.stringify(body) : '';
  }

  async function readSecret(namespace: string): Promise<string> {
    return await read(`/api/v1/namespaces/${namespace}/secrets/app`);
  }

  async function untilHave(namespaces: readonly string[], value: string): Promise<void> {
    const encoded = Buffer.from(value).toString('base64');
    const isSo = async (): Promise<boolean> => {
      const secrets = await Promise.all(namespaces.map(readSecret));
      return secrets.every((secret) => secret.includes(`"key":"${encoded}"`));
    };
    await withLogs(world(), async () => void (await measure(`they hold ${value}`, isSo)));
  }

  /** A tenant with a key, a certificate, a source and a secret, as there are in `shop`. */
  async function settle(namespace: string): Promise<void> {
    const { kubectl, cluster } = world();
    if (namespace !== 'shop') {
      await kubectl('create', 'namespace', namespace);
      for (const name of ['age', 'ca']) {
        const { body } = await cluster.request({ path: `/api/v1/namespaces/shop/secrets/${name}` });
        const { data } = body as { readonly data: object };
        const path = `/api/v1/namespaces/${namespace}/secrets`;
        await cluster.request({ path, body: { metadata: { name }, data } });
      }
    }
    for (const { kind, name, spec } of [
      aSource(world(), 'repo', { interval: '1s' }),
      aSecret('all', { ttl: '5m' }),
    ]) {
      const body = { apiVersion: 'mayfly.dev/v1alpha1', kind, metadata: { name, namespace }, spec };
      await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(body) });
    }
  }

  beforeAll(async () => {
    await world().publish({ app: { key: 'first' } });
    for (const namespace of everyNamespace) await settle(namespace);
    const rights = join(root, 'manifests/tenant-namespace');
    await world().kubectl('apply', '--server-side', '-n', 'store', '-k', rights);
    replica = await world().addReplica('one', {}, named);
    await replica.start();
  }, long);

  it(
    'makes Secrets in both, follows git, and repairs what is changed by hand',
    async () => {
      await untilHave(named, 'first');
      await world().publish({ app: { key: 'second' } });
      await untilHave(named, 'second');
      const data = JSON.stringify({ data: { key: 'Zm9yZWlnbg==' } });
      await world().kubectl('patch', 'secret', 'app', '-n', 'store', '-p', data);
      await untilHave(['store'], 'second');
      expect(await replica.ask('/readyz')).toBe(200);
    },
    long,
  );

  it('does nothing in a third one', async () => {
    const objects = '/apis/mayfly.dev/v1alpha1/namespaces/elsewhere/ephemeralsecrets/all';
    expect(await readSecret('elsewhere')).toBe('');
    expect(await read(objects)).not.toContain('"conditions"');
  });

  it(
    'deletes the Secrets of an object that goes, and no others',
    async () => {
      await world().kubectl('delete', 'ephemeralsecret', 'all', '-n', 'store');
      await measure('it is gone', async () => (await readSecret('store')) === '');
      expect(await readSecret('shop')).not.toBe('');
    },
    long,
  );

  it(
    'is followed by a sweeper with rights in the same ones',
    async () => {
      const kubeconfig = await world().cluster.writeKubeconfig(sweep);
      const args = ['sweep', '--kube.kubeconfig', kubeconfig, '--kube.namespaces', named.join()];
      const { code, stderr } = await runProgram(args, { cwd: world().root });
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.not.stringMatching(/warn/u),
      });
    },
    long,
  );

  it('makes no call that is forbidden, but to ask once for pods with gates that it may have left', async () => {
    const requests = await readAuditLog(world().cluster, 'one');
    const isForbidden = ({ responseStatus }: (typeof requests)[number]): boolean =>
      responseStatus?.code === 403;
    expect(requests.length).toBeGreaterThan(20);
    const forbidden = requests.filter(isForbidden).map(({ requestURI }) => requestURI);
    const gates = named.map((name) => expect.stringMatching(gatesOf(name)));
    expect(forbidden.toSorted()).toEqual(gates);
    const lines = (await replica.readLog()).split('\n');
    expect(lines.filter((line) => /FORBIDDEN|"level":"(?:warn|error)"/u.test(line))).toEqual([]);
    expectNoCrash(world());
  });
});

/** Without the feature there is no right to look at pods, which is how the controller knows. */
function gatesOf(namespace: string): RegExp {
  return new RegExp(
    `^/api/v1/namespaces/${namespace}/pods\\?labelSelector=mayfly.dev%2Fgated&`,
    'u',
  );
}
