import { beforeAll, expect, it } from '@jest/globals';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { aSecret, aSource, type StageObject } from '#test/support/stage/create-stage.ts';
import { postObject, settle, tenant } from './tenant.ts';

const long = 180_000;
const options = { users: [tenant], controllers: true };

interface Wish {
  readonly escape: string;
  readonly code: ErrorCode;
  readonly says: string;
  readonly change: object;
}

/** More than the policies below allow. */
const wishes: readonly Wish[] = [
  {
    escape: 'a Secret that is issued once',
    code: 'MAYFLY_TENANCY_LIFETIME',
    says: 'spec.lifetime Once is not allowed by TenantPolicy long',
    change: { ttl: '30m', lifetime: 'Once' },
  },
  {
    escape: 'a Secret for as long as pods use it',
    code: 'MAYFLY_TENANCY_LIFETIME',
    says: 'spec.lifetime WhileInUse',
    change: { ttl: '30m', lifetime: 'WhileInUse' },
  },
  {
    escape: 'a lease that is longer than any policy allows',
    code: 'MAYFLY_TENANCY_TTL',
    says: 'spec.ttl is not between 10s and 1h',
    change: { ttl: '61m' },
  },
  {
    escape: 'a lease that is shorter than any policy allows',
    code: 'MAYFLY_TENANCY_TTL',
    says: 'spec.ttl is not between',
    change: { ttl: '9s' },
  },
  {
    escape: 'the length of one policy with the lifetime of another',
    code: 'MAYFLY_TENANCY_LIFETIME',
    says: 'by TenantPolicy long (nor by 1 more)',
    change: { ttl: '2m', lifetime: 'Once', restart: ['deployment/once'] },
  },
  {
    escape: 'the restart of another workload',
    code: 'MAYFLY_TENANCY_RESTART',
    says: 'spec.restart[1] is not allowed by TenantPolicy long',
    change: { restart: ['deployment/web', 'deployment/other'] },
  },
];

/** `MAYFLY_TENANCY_TTL` is shown as the reason `TenancyTtl`. */
function reasonOf(code: string): string {
  const words = code.split('_').slice(1);
  return words.map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`).join('');
}

await describeWorld('a tenant under a TenantPolicy', options, (world) => {
  async function permit(name: string, spec: object): Promise<void> {
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } };
    const body = {
      apiVersion: 'mayfly.dev/v1alpha1',
      kind: 'TenantPolicy',
      metadata: { name },
      spec: { namespaceSelector, git: { urls: [world().server.url] }, ...spec },
    };
    const stdin = JSON.stringify(body);
    await world().cluster.kubectl(['apply', '-f', '-'], { stdin });
  }

  async function make(object: StageObject): Promise<void> {
    expect(await postObject(world().cluster, object)).toMatchObject({ status: 201 });
  }

  async function untilReason(place: string, reason: string): Promise<string> {
    let message = '';
    await measure(`${place} says ${reason}`, async () => {
      const ready = await world().readCondition(place, 'Ready');
      message = ready?.message ?? '';
      return ready?.reason === reason;
    });
    return message;
  }

  beforeAll(async () => {
    await settle(world());
    await world().publish({ app: { key: 'first' } });
    await permit('long', {
      ttl: { min: '10s', max: '1h' },
      lifetimes: ['Continuous'],
      restart: ['deployment/web'],
    });
    await permit('short', {
      ttl: { min: '10s', max: '1m' },
      lifetimes: ['Once'],
      restart: ['deployment/once'],
    });
    await (await world().addReplica('one')).start();
    await make(aSource(world(), 'repo', { interval: '1s' }));
    await make(aSecret('good', { path: 'secrets/app.yaml', ttl: '12s' }));
    await withLogs(world(), async () => {
      await measure('app is there', async () => (await world().readValues('app')) !== null);
    });
  }, long);

  it.each(wishes.map((wish, index) => [wish.escape, wish.code, { ...wish, index }] as const))(
    'is refused %s: %s',
    async (_, code, { index, says, change }) => {
      const name = `wish-${index}`;
      await make(aSecret(name, { path: 'secrets/app.yaml', ...change }));
      expect(await untilReason(`ephemeralsecrets/${name}`, reasonOf(code))).toContain(says);
    },
    long,
  );

  it(
    'keeps no Secret beyond its lease that a policy no longer allows',
    async () => {
      const { uid } = (await world().readSecrets()).get('app') ?? {};
      expect(uid).toBeDefined();
      await permit('long', { ttl: { min: '1m', max: '1h' }, lifetimes: ['Continuous'] });
      const message = await untilReason('ephemeralsecrets/good', 'TenancyLifetime');
      expect(message).toContain('by TenantPolicy short');
      let end = 0;
      await measure('app is gone', async () => {
        const found = (await world().readSecrets()).get('app');
        end = found?.expiresAt ?? end;
        return found === undefined;
      });
      expect(Date.now()).toBeGreaterThan(end - 1000);
      expectNoCrash(world());
    },
    long,
  );
});
