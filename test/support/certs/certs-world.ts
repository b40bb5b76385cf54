import { secretResource } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import type { AuthorityPlaces } from '../../../certs/keep-authority.ts';
import { createAuthorityKeeper } from '../../../certs/keep-authority.ts';
import type { CertsPass } from '../../../certs/certs-pass.ts';
import { listWebhookTargets } from '../../../certs/publish/webhook-target.ts';

export const aMinute = 60_000;
export const anHour = 60 * aMinute;
export const aDay = 24 * anHour;
export const aSecond = 1000;

export const host = 'mayfly-webhook.mayfly-system.svc';
const place = { namespace: 'mayfly-system', name: 'mayfly-webhook-tls' };
export const secretTarget: KubeName = { resource: secretResource, ...place };
export const webhookTargets = listWebhookTargets({ mutating: ['mayfly'], validating: ['mayfly'] });

export const places: AuthorityPlaces = {
  secret: place,
  webhooks: webhookTargets,
  names: [host],
  leafMs: aDay,
  rootMs: 3650 * aDay,
  settleMs: 10 * aMinute,
};

/** Something that was so from an instant on. */
export interface Moment {
  readonly at: number;
  readonly text: string;
}

/** An API server in memory with an empty Secret and the webhooks of Mayfly, and a keeper of the authority. */
export interface CertsWorld {
  readonly kube: MemoryKube;
  readonly clock: FakeClock;
  readonly steps: string[];
  readonly published: string[];
  /** The leaf in the Secret, as it changed. */
  readonly leaves: Moment[];
  /** The bundle of the first webhook, as it changed. */
  readonly bundles: Moment[];
  keep: CertsPass;
  /** A process of its own, which remembers nothing. */
  restart(change?: Partial<AuthorityPlaces>): void;
  pass(): ReturnType<CertsPass>;
  /** A value of the Secret, decoded; empty when there is none. */
  valueOf(key: string): string;
  setValues(values: Readonly<Record<string, string | null>>): void;
  bundlesOf(): readonly string[];
}

export function createCertsWorld(change: Partial<AuthorityPlaces> = {}): CertsWorld {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  kube.put(secretResource, { metadata: place, type: 'Opaque' });
  for (const { resource, name } of webhookTargets) {
    const webhooks = ['pods.mayfly.dev', 'kinds.mayfly.dev'].map((entry) => anEntry(entry));
    kube.put(resource, { metadata: { name }, webhooks });
  }
  const random = createFakeRandom();
  const steps: string[] = [];
  const published: string[] = [];
  const leaves: Moment[] = [];
  const bundles: Moment[] = [];
  function create(given: Partial<AuthorityPlaces>): CertsPass {
    const deps = {
      api: mergingEntries(kube),
      now: () => clock.now(),
      clock,
      random,
      onStep: (step: string) => steps.push(step),
      onPublished: (name: string) => published.push(name),
    };
    return createAuthorityKeeper(deps, { ...places, ...change, ...given });
  }
  function valueOf(key: string): string {
    const content = kube.peek(secretTarget)?.['data'] as Record<string, string> | undefined;
    return Buffer.from(content?.[key] ?? '', 'base64').toString();
  }
  function bundlesOf(): readonly string[] {
    return webhookTargets.flatMap((target) => entriesOf(kube.peek(target)).map(bundleOf));
  }
  const world: CertsWorld = {
    kube,
    clock,
    steps,
    published,
    leaves,
    bundles,
    keep: create({}),
    restart: (given = {}) => {
      world.keep = create(given);
    },
    pass: async () => {
      try {
        return await world.keep(new AbortController().signal);
      } finally {
        note(leaves, { at: clock.now(), text: valueOf('tls.crt') });
        note(bundles, { at: clock.now(), text: bundlesOf()[0] ?? '' });
      }
    },
    valueOf,
    setValues: (values) => {
      const entries = Object.entries(values).map(([key, value]): [string, string | null] => [
        key,
        value === null ? null : Buffer.from(value).toString('base64'),
      ]);
      kube.edit(secretTarget, { data: Object.fromEntries<string | null>(entries) });
    },
    bundlesOf,
  };
  return world;
}

function note(moments: Moment[], moment: Moment): void {
  if (moments.at(-1)?.text !== moment.text) moments.push(moment);
}

function anEntry(name: string): Entry {
  const service = { namespace: 'mayfly-system', name: 'mayfly-webhook', path: '/pods' };
  return { name, clientConfig: { service }, sideEffects: 'None' };
}

interface Entry {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service?: object };
  readonly sideEffects?: string;
}

export function entriesOf(object: KubeObject | null): readonly Entry[] {
  return (object?.['webhooks'] ?? []) as readonly Entry[];
}

function bundleOf({ clientConfig }: Entry): string {
  return Buffer.from(clientConfig.caBundle ?? '', 'base64').toString();
}

/**
 * The API server merges a list of webhooks by their names, and lets a field be disowned; the one in memory takes lists
 * whole, and knows no field that nobody owns.
 */
function mergingEntries(kube: MemoryKube): Pick<KubeApi, 'get' | 'patch' | 'apply'> {
  const api = kube.connect('certs');
  return {
    get: async (target, call) => {
      const found = await api.get(target, call);
      return found === null ? null : withoutOwners(found);
    },
    patch: api.patch,
    apply: async (target, body, call) => {
      const before = kube.peek(target);
      if (before === null) throw createError('MAYFLY_KUBE_NOT_FOUND', { what: target.name });
      const given = entriesOf(body as KubeObject);
      const webhooks = entriesOf(before).map((entry) => {
        const found = given.find(({ name }) => name === entry.name);
        return { ...entry, clientConfig: { ...entry.clientConfig, ...found?.clientConfig } };
      });
      return withoutOwners(await api.apply(target, { webhooks }, call));
    },
  };
}

function withoutOwners(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
