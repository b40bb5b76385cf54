import { createKubeKeys } from '#adapters/kube/keys/kube-keys.ts';
import { createKubeNamespaces } from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { createKubeObjects } from '#adapters/kube/objects/kube-objects.ts';
import { createKubeSecrets } from '#adapters/kube/secrets/kube-secrets.ts';
import { kindNames } from '#core/api/object.ts';
import type { Decryptor } from '#core/ports/decryptor.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { GitRepository } from '#core/ports/git/git-repository.ts';
import type { DeletePrecondition, KubeApi } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { Random } from '#core/ports/time.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import { createServerTime, type LearningServerTime } from '#platform/kube/server-time.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import type { ControllerParts } from '#roles/controller/controller-parts.ts';
import { createControllers } from '#roles/controller/loops/create-controllers.ts';
import { hour, rigDigest } from '#test/support/controller-rig.ts';
import type { FakeClock } from '#test/support/fake-clock.ts';
import {
  createPausableProgram,
  type PausableProgram,
} from '#test/support/kube/pausable-program.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

export interface SimulatedWorld {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly git: GitRepository;
  readonly decryptor: Decryptor;
  /** One connection to the API server. */
  readonly api: KubeApi;
  readonly name: string;
  /** Whether it has to be elected; one that is alone need not. */
  readonly isElected: boolean;
  /** Sees each write of the leader's before it is sent. */
  onWrite(write: SentWrite): void;
}

/** A write that is sent: as a create, or with or without the state that it was decided on. */
export interface SentWrite {
  readonly client: string;
  readonly verb: 'create' | 'apply' | 'patch' | 'replace' | 'delete';
  readonly plural: string;
  readonly on: DeletePrecondition | undefined;
}

/** `mayfly controller` as one process: the real loops, mirrors, sink and election, over an API in memory. */
export interface SimulatedController {
  readonly name: string;
  readonly program: PausableProgram;
  readonly election: LeaderElection;
}

const namespace = 'mayfly-system';
const never = new AbortController().signal;

export function startSimulatedController(world: SimulatedWorld): SimulatedController {
  const program = createPausableProgram(world.clock, world.api);
  const { clock } = program;
  const serverTime = createServerTime(clock);
  const api = learnTime(program.api, world, { serverTime, program });
  const election = world.isElected ? elect(world, { api, clock }) : alwaysLeading;
  void election.run(never);
  const fenced = fence(api, world, election);
  void lead(world, { program, election, serverTime, api: fenced });
  return { name: world.name, program, election };
}

const alwaysLeading: LeaderElection = {
  run: async () => undefined,
  untilLeading: async () => undefined,
  isLeading: () => true,
  lost: never,
  release: async () => undefined,
};

function elect(
  { random, name }: SimulatedWorld,
  { api, clock }: Pick<PausableProgram, 'api' | 'clock'>,
): LeaderElection {
  return createLeaderElection(
    { api, clock, random, onFault: () => undefined },
    {
      namespace,
      name: 'mayfly-controller',
      identity: name,
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
    },
  );
}

interface Timed {
  readonly serverTime: LearningServerTime;
  readonly program: PausableProgram;
}

/** Each answer says the time of the server, in whole seconds. */
function learnTime(
  api: KubeApi,
  { clock }: SimulatedWorld,
  { serverTime, program }: Timed,
): KubeApi {
  async function learn<T>(answer: Promise<T>): Promise<T> {
    const sentAt = program.clock.ticks();
    try {
      return await answer;
    } finally {
      const date = new Date(clock.now()).toUTCString();
      serverTime.learn(date, { sentAt, answeredAt: program.clock.ticks() });
    }
  }
  return {
    get: (target, call) => learn(api.get(target, call)),
    list: (query, call) => learn(api.list(query, call)),
    watch: (query, call) => api.watch(query, call),
    create: (target, body, call) => learn(api.create(target, body, call)),
    apply: (target, body, call) => learn(api.apply(target, body, call)),
    patch: (target, body, call) => learn(api.patch(target, body, call)),
    replace: (target, body, call) => learn(api.replace(target, body, call)),
    requestToken: (account, call) => learn(api.requestToken(account, call)),
    delete: (target, call) => learn(api.delete(target, call)),
  };
}

/** As the client does it: asked right before a write is sent. */
function fence(api: KubeApi, world: SimulatedWorld, election: LeaderElection): KubeApi {
  function pass(verb: SentWrite['verb'], plural: string, on?: DeletePrecondition): void {
    if (!election.isLeading()) throw createError('MAYFLY_KUBE_FENCED', { what: plural });
    world.onWrite({ client: world.name, verb, plural, on });
  }
  return {
    ...api,
    create: async (target, body, call) => {
      pass('create', target.resource.plural);
      return await api.create(target, body, call);
    },
    apply: async (target, body, call) => {
      pass('apply', target.resource.plural, call.on);
      return await api.apply(target, body, call);
    },
    patch: async (target, body, call) => {
      pass('patch', target.resource.plural, call.on);
      return await api.patch(target, body, call);
    },
    replace: async (target, body, call) => {
      pass('replace', target.resource.plural);
      return await api.replace(target, body, call);
    },
    delete: async (target, call) => {
      pass('delete', target.resource.plural, call.on);
      await api.delete(target, call);
    },
  };
}

interface Leading extends Timed {
  readonly election: LeaderElection;
  readonly api: KubeApi;
}

/** As `runController` does when it leads. */
async function lead(world: SimulatedWorld, leading: Leading): Promise<void> {
  const { election, program, api } = leading;
  const { lost } = election;
  try {
    await election.untilLeading(never);
    const { clock } = program;
    const deps = { api, clock, random: world.random, onFault: () => undefined };
    const objects = createKubeObjects(
      { ...deps, signal: lost, onEventLost: () => undefined },
      { kinds: kindNames, namespaces: null, instance: world.name },
    );
    const secrets = createKubeSecrets(
      { api, digest: rigDigest, signal: lost, reflector: deps },
      { namespaces: null },
    );
    const namespaces = createKubeNamespaces(deps);
    const mirrors = [objects, secrets, namespaces];
    for (const mirror of mirrors) void mirror.run(lost);
    for (const mirror of mirrors) await mirror.untilSynced(lost);
    const controllers = createControllers({
      logger: createMemoryLogger(),
      metrics,
      random: world.random,
      parts: {
        ...createParts(world, leading),
        objects,
        sink: secrets,
        tenancy: tenancyOf(namespaces),
      },
    });
    controllers.start();
    lost.addEventListener('abort', () => void controllers.stop(AbortSignal.abort()));
  } catch (error) {
    if (!lost.aborted) throw error;
  }
}

function createParts(
  { git, decryptor, random }: SimulatedWorld,
  { program, serverTime, api, election }: Leading,
): Omit<ControllerParts, 'enqueue' | 'objects' | 'sink' | 'tenancy'> {
  return {
    keys: createKubeKeys({ api, clock: program.clock, signal: election.lost }),
    git,
    decryptors: [decryptor],
    renderFile: () => {
      throw new Error('no file is rendered here');
    },
    clock: program.clock,
    serverTime,
    digest: rigDigest,
    memory: createControllerMemory(),
    options: {
      ttl: { minTtlMs: 5000, maxTtlMs: 24 * hour },
      git: { bytes: 1e9, files: 100, fileBytes: 1 << 20, commits: 1000 },
      maxFiles: 100,
      hooks: new Set(),
      place: 'cluster',
      clusterLabels: {},
    },
    usage: null,
    gates: null,
    stores: null,
    rollouts: { workloads: { restart: async () => undefined }, random },
    onChange: async () => undefined,
  };
}

function tenancyOf(
  namespaces: ReturnType<typeof createKubeNamespaces>,
): ControllerParts['tenancy'] {
  const ttl = { minTtlMs: 5000, maxTtlMs: 24 * hour };
  const defaults = { allowedHosts: ['git.test'], ttl, ownNamespace: namespace };
  return { namespaces, defaults };
}

const metrics = {
  observeReconcile: () => undefined,
  observeGitFetch: () => undefined,
  countDriftRepair: () => undefined,
  observeKubeCall: () => undefined,
  setLeading: () => undefined,
  render: async () => '',
  contentType: '',
};
