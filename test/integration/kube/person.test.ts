import { beforeAll, expect, it } from '@jest/globals';
import { runProgram, type ProgramResult } from '#test/support/cli/run-program.ts';
import { describeWorld, withLogs } from '#test/support/kube-world/describe-world.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { untilHas } from '#test/support/kube-world/until-has.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const long = 120_000;
/** A person with the built-in role `edit` in one namespace. */
const person = 'person';

const options = { users: [person], controllers: true };

await describeWorld('the commands of a person in a cluster', options, (world) => {
  let replica: Replica;

  async function run(
    ...args: readonly string[]
  ): Promise<ProgramResult & { readonly out: string }> {
    const kubeconfig = await world().cluster.writeKubeconfig(person);
    const whole = [...args, '--kubeconfig', kubeconfig];
    const result = await runProgram(whole, { cwd: world().root });
    return { ...result, out: result.stdout.toString() };
  }

  beforeAll(async () => {
    const edit = ['create', 'rolebinding', person, '--clusterrole=edit', `--user=${person}`];
    await world().kubectl(...edit, '-n', 'shop');
    await world().publish({ app: { key: 'first' } });
    await world().apply([aSource(world(), 'all', { interval: '1h' })]);
    await world().apply([aSecret('all', { sourceRef: { name: 'all' } })]);
    replica = await world().addReplica('one');
    await replica.start();
    await withLogs(world(), async () => void (await untilHas(world(), ['app'], 'first')));
  }, long);

  it(
    'mayfly reconcile brings a commit that would be looked for an hour later',
    async () => {
      await world().publish({ app: { key: 'second' } });
      const { code, out, stderr } = await run('reconcile', '-n', 'shop', 'all');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(out).toMatch(/GitSource +shop\/all +True/u);
      expect(out).toMatch(/EphemeralSecret +shop\/all +True/u);
      expect((await world().readValues('app'))?.['key']).toBe('second');
    },
    long,
  );

  it(
    'mayfly status shows what there is, until when, and says by its code whether all is ready',
    async () => {
      const table = await run('status', '-n', 'shop');
      expect({ code: table.code, stderr: table.stderr }).toEqual({ code: 0, stderr: '' });
      expect(table.out).toMatch(
        /EphemeralSecret +shop\/all +True +\S+ +[0-9a-f]{12} +in 59m\d+s +1/u,
      );
      const json = JSON.parse((await run('status', '-n', 'shop', '-o', 'json')).out) as unknown;
      expect(json).toMatchObject({
        objects: [
          { kind: 'GitSource', name: 'all', ready: 'True' },
          { kind: 'EphemeralSecret', name: 'all', ready: 'True', secrets: 1 },
        ],
      });
      await world().apply([aSecret('bad', { sourceRef: { name: 'none' } })]);
      const bad = await run('reconcile', '-n', 'shop', 'bad');
      expect(bad.code).toBe(3);
      expect(bad.out).toContain('[MAYFLY_SYNC_SOURCE_MISSING]');
      expect((await run('status', '-n', 'shop')).code).toBe(3);
    },
    long,
  );

  it(
    'has no more rights than the person',
    async () => {
      const all = await run('status', '--all-namespaces');
      expect(all.code).toBe(3);
      expect(all.stderr).toContain('MAYFLY_KUBE_FORBIDDEN');
      const none = await run('reconcile', '-n', 'shop', 'nothing');
      expect(none.stderr).toContain('MAYFLY_STATUS_NOT_FOUND');
    },
    long,
  );

  it(
    'mayfly reconcile says when no controller looks',
    async () => {
      await replica.end('SIGTERM');
      const { code, stderr } = await run('reconcile', '-n', 'shop', 'all', '--wait', '2s');
      expect(code).toBe(75);
      expect(stderr).toContain('MAYFLY_RECONCILE_UNOBSERVED');
      expect((await run('reconcile', '-n', 'shop', 'all', '--wait', '0s')).code).toBe(0);
    },
    long,
  );
});
