import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestGitServer } from '#test/support/git-server/create-test-git-server.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { aSecret, aSource, type StageObject } from '#test/support/stage/create-stage.ts';
import { escapeFiles } from './escape-files.ts';
import { refusedWishes, statedWishes, type EscapePlaces } from './escape-objects.ts';
import { postObject, postSecret, readForeign, readMessage, settle, tenant } from './tenant.ts';

const long = 180_000;
const options = { users: [tenant], controllers: true };

type RedirectServer = Awaited<ReturnType<typeof createTestGitServer>>;

/** `MAYFLY_TENANCY_TTL` is shown as the reason `TenancyTtl`. */
function reasonOf(code: string): string {
  const words = code.split('_').slice(1);
  return words.map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`).join('');
}

async function publishAll(world: KubeWorld): Promise<void> {
  const { work, encrypting, seal } = world;
  for (const { path, content, target } of escapeFiles) {
    const file = join(work.path, path);
    await mkdir(dirname(file), { recursive: true });
    if (content === null) await symlink(target ?? '', file);
    else await writeFile(file, await content(encrypting));
  }
  const names = ['mine', 'taken', 'good', 'kept', 'token'];
  const named = names.map(async (name) => {
    const text = await seal(name, { key: 'of the tenant' });
    return [`secrets/named/${name}.yaml`, text] as const;
  });
  await work.push({
    ...Object.fromEntries(await Promise.all(named)),
    'secrets/good.yaml': await seal('good', { key: 'good' }),
    'escapes/neighbour.yaml': await seal('neighbour', { key: 'good' }),
  });
}

await describeWorld('a tenant', options, (world) => {
  let elsewhere: RedirectServer;
  let redirecting: RedirectServer;
  let foreign: ReadonlyMap<string, string>;

  async function make(object: StageObject): Promise<void> {
    expect(await postObject(world().cluster, object)).toMatchObject({ status: 201 });
  }

  async function untilReady(name: string): Promise<void> {
    const place = `ephemeralsecrets/${name}`;
    const isReady = async (): Promise<boolean> =>
      (await world().readCondition(place, 'Ready'))?.status === 'True';
    await measure(`${name} is ready`, isReady);
  }

  async function untilRefused(place: string, code: string): Promise<string> {
    let seen = '';
    const isRefused = async (): Promise<boolean> => {
      const ready = await world().readCondition(place, 'Ready');
      seen = `${ready?.reason ?? ''}: ${ready?.message ?? ''}`;
      return ready?.status !== 'True' && ready?.reason === reasonOf(code);
    };
    await measure(`${place} is refused with ${code}`, isRefused, 20_000).catch((error: unknown) => {
      throw new Error(`${String(error)}, but says ${seen}`);
    });
    return seen;
  }

  beforeAll(async () => {
    await settle(world());
    elsewhere = await createTestGitServer({ repository: world().work.bare });
    redirecting = await createTestGitServer({
      repository: world().work.bare,
      answer: ({ url = '' }, response) => {
        response.writeHead(302, { location: `${new URL(elsewhere.url).origin}${url}` }).end();
        return true;
      },
    });
    const data = { 'ca.crt': Buffer.from(redirecting.caPem).toString('base64') };
    await postSecret(world().cluster, { metadata: { name: 'redirecting' } }, { data });
    await publishAll(world());
    const allowedHosts = [world().server, redirecting].map(({ url }) => new URL(url).host);
    await world().apply([
      aSource(world(), 'repo', { interval: '1s', limits: { fileBytes: 5 * 1024 * 1024 } }),
    ]);
    const replica = await world().addReplica('one', { git: { allowedHosts } });
    await replica.start();
    await make(aSecret('good', { path: 'secrets/good.yaml' }));
    await withLogs(world(), async () => await untilReady('good'));
    foreign = await readForeign(world().cluster);
  }, long);

  afterAll(async () => {
    await redirecting.close();
    await elsewhere.close();
  }, long);

  describe('finds in the status, by its clause, why git gives no', () => {
    beforeAll(async () => await make(aSecret('files', { path: 'escapes' })), long);

    it.each(escapeFiles.map((file) => [file.escape, file.code, file] as const))(
      '%s: %s',
      async (_, code, { path, says }) => {
        const find = async (): Promise<string> => {
          const { failures = [] } = await world().readStatus('ephemeralsecrets/files');
          const rows = failures as readonly { path: string; code: string; message: string }[];
          const row = rows.find((one) => one.path === path);
          return row === undefined ? '' : `${row.code}: ${row.message}`;
        };
        await measure(`a failure of ${path}`, async () => (await find()) !== '', 30_000);
        expect(await find()).toContain(`${code}: `);
        expect(await find()).toContain(says);
      },
      long,
    );

    it('and has the good file beside them all the same', async () => {
      expect(await world().readValues('neighbour')).toEqual({ key: 'good' });
      expect((await world().readSecrets()).has('loot')).toBe(false);
    });
  });

  it.each(refusedWishes.map((wish) => [wish.escape, wish] as const))(
    'is refused by the API server: %s',
    async (_, { kind, spec, says }) => {
      const object = { kind, name: 'wish', spec: spec(places()) };
      const answer = await postObject(world().cluster, object);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(readMessage(answer)).toContain(says);
    },
  );

  function places(): EscapePlaces {
    return {
      url: world().server.url,
      apiServer: world().cluster.url,
      redirecting: redirecting.url,
    };
  }

  it.each(
    statedWishes.map(
      (wish, index) => [wish.escape, wish.code, { ...wish, name: `wish-${index}` }] as const,
    ),
  )(
    'is refused in the status: %s: %s',
    async (_, code, { name, kind, spec, says }) => {
      await make({ kind, name, spec: spec(places()) });
      const plural = kind === 'GitSource' ? 'gitsources' : 'ephemeralsecrets';
      expect(await untilRefused(`${plural}/${name}`, code)).toContain(says);
      expect(elsewhere.requests).toEqual([]);
    },
    long,
  );

  it('has broken nothing else', async () => {
    const now = await readForeign(world().cluster);
    for (const [place, version] of foreign) {
      expect([place, now.get(place)]).toEqual([place, version]);
    }
    expect(await world().readValues('good')).toEqual({ key: 'good' });
    const written = [...(await world().readSecrets()).keys()].toSorted();
    expect(written).toEqual(['good', 'neighbour']);
    expectNoCrash(world());
  });
});
