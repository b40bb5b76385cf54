import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';
import { forbiddenRequests, forbiddenWrites } from './forbidden.ts';
import {
  deputy,
  letWriteAs,
  mergePatch,
  objectPath,
  postObject,
  postSecret,
  readForeign,
  readMessage,
  readObject,
  secretPath,
  settle,
  tenant,
  withoutPolicy,
} from './tenant.ts';

const long = 180_000;
const options = { users: [tenant, deputy], controllers: true };
const forced = { 'mayfly.dev/reconcile-at': 'now' };
const twins = ['twin-a', 'twin-b'] as const;
const names = ['good', 'taken', 'short', 'later', 'held', 'fixed', 'lost', ...twins] as const;
const twinValue = 'guessable';

await describeWorld('a tenant who forges', options, (world) => {
  let foreign: ReadonlyMap<string, string>;

  async function make(name: (typeof names)[number], change: object = {}): Promise<void> {
    const object = aSecret(name, { path: `secrets/${name}.yaml`, ...change });
    expect(await postObject(world().cluster, object)).toMatchObject({ status: 201 });
  }

  async function untilMade(name: string): Promise<void> {
    await measure(`${name} is there`, async () => (await world().readValues(name)) !== null);
  }

  async function untilGone(name: string): Promise<void> {
    await measure(`${name} is gone`, async () => (await world().readValues(name)) === null);
  }

  async function patchAs(user: string, path: string, body: object): Promise<number> {
    return (await mergePatch(world().cluster, { path, body, user })).status;
  }

  beforeAll(async () => {
    await settle(world());
    const text = (name: string): string => (name.startsWith('twin') ? twinValue : `of ${name}`);
    await world().publish(Object.fromEntries(names.map((name) => [name, { key: text(name) }])));
    await world().apply([aSource(world(), 'repo', { interval: '1s' })]);
    await letWriteAs(world(), 'writer');
    await (await world().addReplica('one')).start();
    await make('good');
    await withLogs(world(), async () => await untilMade('good'));
    foreign = await readForeign(world().cluster);
  }, long);

  it.each(forbiddenRequests.map((request) => [request.deed, request] as const))(
    'has no right to %s',
    async (_, { user = tenant, ...request }) => {
      const answer = await world().cluster.request({ ...request, user });
      expect(answer.status).toBe(403);
      expect(readMessage(answer)).toContain(`User "${user}" cannot`);
    },
  );

  it.each(forbiddenWrites.map((write) => [write.deed, write.policy, write] as const))(
    'is kept from it, whoever would %s: %s',
    async (_, policy, { write }) => {
      const answer = await write(world().cluster);
      expect([403, 422]).toContain(answer.status);
      expect(readMessage(answer)).toContain(`ValidatingAdmissionPolicy '${policy}'`);
    },
  );

  it('learns nothing of a value from its digests', async () => {
    for (const name of twins) await make(name);
    for (const name of twins) await untilMade(name);
    const shown = await Promise.all(
      twins.map(async (name) => {
        const { metadata } = await readObject(world().cluster, secretPath(name));
        return {
          ...metadata.annotations,
          ...(await world().readStatus(`ephemeralsecrets/${name}`)),
        };
      }),
    );
    const [a, b] = shown.map((each) => each['mayfly.dev/digest']);
    expect(a).toMatch(/^\S{20,}$/u);
    expect(a).not.toBe(b);
    const guesses = [twinValue, `${twinValue}\n`, `key${twinValue}`, `shop/twin-a/key${twinValue}`];
    const hashes = guesses.flatMap((guess) =>
      (['hex', 'base64', 'base64url'] as const).flatMap((form) =>
        ['md5', 'sha1', 'sha256', 'sha512'].map((algorithm) =>
          createHash(algorithm).update(guess).digest(form).slice(0, 16),
        ),
      ),
    );
    const text = JSON.stringify(shown);
    expect(hashes.filter((hash) => text.includes(hash))).toEqual([]);
  });

  it(
    'takes no Secret over by a status that says it is theirs',
    async () => {
      const { cluster } = world();
      const place = objectPath('EphemeralSecret', 'taken');
      await make('taken');
      const isRefused = async (): Promise<boolean> =>
        (await world().readCondition('ephemeralsecrets/taken', 'Ready'))?.reason === 'SinkNotOwned';
      await measure('the name is refused', isRefused);
      const { uid } = (await readObject(cluster, secretPath('taken'))).metadata;
      const { failures = [] } = await world().readStatus('ephemeralsecrets/taken');
      const [{ origin = '' } = {}] = failures as readonly { origin?: string }[];
      const row = { name: 'taken', uid, path: 'secrets/taken.yaml', origin, keys: 1, digest: 'x' };
      const secrets = [{ ...row, revision: 'x', expiresAt: '2100-01-01T00:00:00Z' }];
      const status = { failures: [], failureCount: 0, secrets, secretCount: 1, conditions: [] };
      expect(await patchAs(deputy, `${place}/status`, { status })).toBe(200);
      expect(await patchAs(tenant, place, { metadata: { annotations: forced } })).toBe(200);
      await measure('it is refused again', isRefused);
      expect((await readForeign(cluster)).get('shop/taken')).toBe(foreign.get('shop/taken'));
      await cluster.request({ method: 'DELETE', path: place, user: tenant });
    },
    long,
  );

  it(
    'has no Secret deleted by the lease of another one, not even where no policy guards it',
    async () => {
      const { cluster } = world();
      await make('short', { ttl: '6s', lifetime: 'Once' });
      await untilMade('short');
      const { labels, annotations } = (await readObject(cluster, secretPath('short'))).metadata;
      await withoutPolicy(world(), 'mayfly-lease-metadata', async () => {
        const post = async (name: string, namespace: string): Promise<boolean> => {
          const secret = { metadata: { name, labels, annotations } };
          return (await postSecret(cluster, secret, { namespace })).status === 201;
        };
        await measure('a copy is made', async () => await post('copy', 'shop'));
        expect(await post('short', 'victim')).toBe(true);
      });
      await untilGone('short');
      await cluster.request({
        method: 'DELETE',
        path: objectPath('EphemeralSecret', 'short'),
        user: tenant,
      });
      // Whatever deletes this one has looked at the copies, too.
      await make('later', { ttl: '6s', lifetime: 'Once' });
      await untilMade('later');
      await untilGone('later');
      for (const path of [secretPath('copy'), secretPath('short', 'victim')]) {
        expect(await readObject(cluster, path)).toMatchObject({ data: { key: 'Zm9yZWlnbg==' } });
      }
    },
    long,
  );

  describe('keeps no value beyond its lease', () => {
    it(
      'by a finalizer: what it holds up is empty',
      async () => {
        const { cluster } = world();
        await make('held', { ttl: '6s', lifetime: 'Once' });
        await untilMade('held');
        const finalizers = { metadata: { finalizers: ['tenant.test/for-ever'] } };
        expect(await patchAs(tenant, secretPath('held'), finalizers)).toBe(200);
        const isEmpty = async (): Promise<boolean> => {
          const { data } = await readObject(cluster, secretPath('held'));
          return data === undefined;
        };
        await measure('its values are gone', isEmpty);
        await patchAs(tenant, secretPath('held'), { metadata: { finalizers: null } });
        await untilGone('held');
      },
      long,
    );

    it(
      'by making it immutable: another one takes its place',
      async () => {
        const { cluster } = world();
        await make('fixed');
        await untilMade('fixed');
        const { uid } = (await readObject(cluster, secretPath('fixed'))).metadata;
        expect(await patchAs(tenant, secretPath('fixed'), { immutable: true })).toBe(200);
        const isReplaced = async (): Promise<boolean> => {
          const found = (await world().readSecrets()).get('fixed');
          return found !== undefined && found.uid !== uid;
        };
        await measure('it is replaced', isReplaced);
      },
      long,
    );

    it(
      'by an account that lost its rights: the Secret is deleted on time',
      async () => {
        await make('lost', { ttl: '12s', serviceAccountName: 'writer' });
        await untilMade('lost');
        await world().kubectl('delete', 'rolebinding', 'writer', '-n', 'shop');
        let end = 0;
        const isGone = async (): Promise<boolean> => {
          const found = (await world().readSecrets()).get('lost');
          end = found?.expiresAt ?? end;
          return found === undefined;
        };
        await measure('it is gone', isGone);
        expect(Date.now()).toBeGreaterThan(end - 1000);
        expect(Date.now()).toBeLessThan(end + 30_000);
        const ready = await world().readCondition('ephemeralsecrets/lost', 'Ready');
        expect(ready).toMatchObject({ status: 'False', reason: 'KubeForbidden' });
      },
      long,
    );
  });

  it('has broken nothing else', async () => {
    const now = await readForeign(world().cluster);
    for (const [place, version] of foreign)
      expect([place, now.get(place)]).toEqual([place, version]);
    expect(await world().readValues('good')).toEqual({ key: 'of good' });
    expectNoCrash(world());
  });
});
