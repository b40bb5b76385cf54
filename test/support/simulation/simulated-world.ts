import { ownResources, secretResource } from '#core/api/kube-resources.ts';
import type { KubeName, KubeObject, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { aSecretSpec, aSourceSpec } from '#test/support/controller-rig.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryDecryptor, sealSecret } from '#test/support/memory/memory-decryptor.ts';
import { createMemoryGit, type MemoryGit } from '#test/support/memory/memory-git.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import {
  startSimulatedController,
  type SentWrite,
  type SimulatedController,
} from './simulated-controller.ts';

const namespace = 'prod';
const latestMs = 30_000;
const earliestMs = 1000;
const lookEveryMs = 5000;
/** As a kubelet waits the first time. */
const restartAfterMs = 2000;
const namespaces: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
};

/** A controller as a kubelet sees it: it is started again when it ends. */
export interface Replica {
  readonly name: string;
  current: SimulatedController | null;
  isPaused: boolean;
  /** Since when it runs without a break; null while it does not. */
  runningSince: number | null;
}

/**
 * An API server in memory, a git host and replicas of the controller, by one clock. Everything that must never happen
 * is written to `faults`.
 */
export class SimulatedWorld {
  readonly clock: FakeClock & MonotonicClock = createFakeClock();
  readonly random: ReturnType<typeof createFakeRandom>;
  readonly kube: MemoryKube = createMemoryKube(this.clock);
  readonly git: MemoryGit = createMemoryGit();
  readonly replicas: Replica[] = [];
  readonly faults: string[] = [];
  /** Writes that reached the server when the client that sent them did not lead any more. */
  lateWrites = 0;
  readonly #decryptor = createMemoryDecryptor();
  /** Files that were taken away, or are changed by hand: their Secrets may go at any time. */
  readonly #mayGo = new Set<string>();
  readonly #wanted = new Map<string, string>();
  readonly #isElected: boolean;
  #travelMs = 0;
  #starts = 0;

  constructor(seed: number, options: { readonly isElected: boolean }) {
    this.#isElected = options.isElected;
    this.random = createFakeRandom(seed);
    this.kube.put(namespaces, { metadata: { name: namespace } });
    const data = { 'age.txt': Buffer.from('key-1').toString('base64') };
    this.kube.put(secretResource, { metadata: { name: 'keys', namespace }, data });
    this.commit('db', 'first');
    this.commit('web', 'first');
    this.git.commit({ 'once/once.yaml': sealSecret('once', { key: 'once' }) });
    this.putObject('GitSource', 'repo', aSourceSpec());
    this.putObject('EphemeralSecret', 'apps', aSecretSpec({ ttl: '3m' }));
    const once = { path: 'once', ttl: '2m', lifetime: 'Once' };
    this.putObject('EphemeralSecret', 'once', aSecretSpec(once));
    this.kube.faults.add({
      matches: ({ verb, resource }) => verb === 'delete' && resource === 'secrets',
      before: ({ name = '' }) => this.#judgeDeletion(name),
    });
  }

  putObject(kind: 'GitSource' | 'EphemeralSecret', name: string, spec: object): void {
    this.kube.put(ownResources[kind], { metadata: { name, namespace }, spec });
  }

  /** Writes a file, or takes one away; the last one stays. */
  commit(name: string, value: string | null): void {
    const file = `apps/${name}.yaml`;
    if (value === null && (this.#wanted.size < 2 || !this.#wanted.delete(name))) return;
    if (value === null) this.#mayGo.add(name);
    else this.#wanted.set(name, value);
    this.git.commit({ [file]: value === null ? null : sealSecret(name, { key: value }) });
  }

  /** The names in git now, and one that is not. */
  get names(): readonly string[] {
    return ['none', ...this.#wanted.keys()];
  }

  editByHand(name: string): void {
    const target = this.#targetOf(name);
    const data = { key: Buffer.from('foreign').toString('base64') };
    if (this.kube.peek(target) !== null) this.kube.edit(target, { data });
  }

  removeByHand(name: string): void {
    const target = this.#targetOf(name);
    if (this.kube.peek(target) !== null) this.kube.removeByHand(target);
  }

  addReplica(name: string): Replica {
    const replica = { name, current: null, isPaused: false, runningSince: null };
    this.replicas.push(replica);
    this.start(replica);
    return replica;
  }

  /** Requests and answers travel up to that long from now on. */
  setTravel(ms: number): void {
    this.#travelMs = ms;
  }

  start(replica: Replica): void {
    this.#starts += 1;
    const name = `${replica.name}-${this.#starts}`;
    const { clock, random, git } = this;
    const controller = startSimulatedController({
      clock,
      random,
      git,
      name,
      isElected: this.#isElected,
      decryptor: this.#decryptor,
      api: this.kube.connect(name),
      onWrite: (write) => this.#judgeWrite(write),
    });
    replica.current = controller;
    replica.isPaused = false;
    replica.runningSince = clock.now();
    this.kube.faults.add({
      matches: ({ client }) => client === name,
      before: async ({ verb, resource }) => {
        await this.#travel();
        if (verb !== 'get' && resource === 'secrets' && !this.#leads(name)) this.lateWrites += 1;
      },
      after: () => this.#travel(),
    });
    controller.election.lost.addEventListener('abort', () => {
      if (replica.current === controller) this.kill(replica);
    });
  }

  /** As SIGKILL, and the kubelet starts it again. */
  kill(replica: Replica): void {
    replica.current?.program.pause();
    replica.current = null;
    replica.runningSince = null;
    this.clock.after(restartAfterMs, () => this.start(replica));
  }

  pauseOrResume(replica: Replica): void {
    const { current } = replica;
    if (current === null) return;
    replica.isPaused = !replica.isPaused;
    replica.runningSince = replica.isPaused ? null : this.clock.now();
    if (replica.isPaused) current.program.pause();
    else current.program.resume();
  }

  /** Lets time go by, and looks at every Secret meanwhile. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.now() < end) {
      await this.clock.advance(Math.min(lookEveryMs, end - this.clock.now()));
      this.#look();
    }
    await settle();
  }

  /** What the cluster should come to: the values by the names of Secrets. */
  get expected(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#wanted].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  async readValues(): Promise<Readonly<Record<string, string>>> {
    const entries = (await this.#readSecrets()).map(
      (secret) => [secret.metadata.name, readKey(secret)] as const,
    );
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  isReady(name: string): boolean {
    return this.renderStatus(name).includes('"type":"Ready","status":"True"');
  }

  renderStatus(name: string): string {
    const resource = ownResources['EphemeralSecret'];
    return JSON.stringify(this.kube.peek({ resource, namespace, name })?.['status'] ?? {});
  }

  #leads(client: string): boolean {
    const replica = this.replicas.find(({ current }) => current?.name === client);
    return replica?.isPaused === false && replica.current?.election.isLeading() === true;
  }

  async #travel(): Promise<void> {
    const delayMs = this.#travelMs * this.random.fraction();
    if (delayMs < 1) return;
    await new Promise<void>((resolve) => {
      this.clock.after(delayMs, resolve);
    });
  }

  #targetOf(name: string): KubeName {
    return { resource: secretResource, namespace, name };
  }

  #judgeWrite({ client, verb, plural, on }: SentWrite): void {
    const isConditional = verb === 'create' || on?.resourceVersion !== undefined;
    if (plural === 'secrets' && !isConditional) {
      this.faults.push(`${client} sent a ${verb} that nothing makes conditional`);
    }
  }

  #judgeDeletion(name: string): void {
    const found = this.kube.peek(this.#targetOf(name));
    const earlyMs = found === null ? 0 : readEnd(found) - this.clock.now();
    if (earlyMs > earliestMs && !this.#mayGo.has(name)) {
      this.faults.push(`${name} is deleted ${earlyMs} ms early`);
    }
  }

  #look(): void {
    const now = this.clock.now();
    const since = this.replicas.map(({ runningSince }) => runningSince ?? Number.POSITIVE_INFINITY);
    const mannedSince = Math.min(...since);
    for (const secret of this.#peekSecrets()) {
      const lateMs = now - Math.max(readEnd(secret), mannedSince);
      if (lateMs > latestMs) this.faults.push(`${secret.metadata.name} is ${lateMs} ms late`);
    }
  }

  #peekSecrets(): readonly KubeObject[] {
    return [...this.#wanted.keys(), ...this.#mayGo, 'once']
      .map((name) => this.kube.peek(this.#targetOf(name)))
      .filter((found) => found !== null);
  }

  async #readSecrets(): Promise<readonly KubeObject[]> {
    const query = { resource: secretResource, labelSelector: 'mayfly.dev/managed=true' };
    const { signal } = new AbortController();
    return (await this.kube.list(query, { signal, limit: 1000 })).items;
  }
}

function readEnd({ metadata: { annotations = {} } }: KubeObject): number {
  return Date.parse(annotations['mayfly.dev/expires-at'] ?? '');
}

function readKey(secret: KubeObject): string {
  const { key = '' } = secret['data'] as { key?: string };
  return Buffer.from(key, 'base64').toString();
}
