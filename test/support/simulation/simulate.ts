import { createError } from '#core/errors/mayfly-error.ts';
import { minute } from '#test/support/controller-rig.ts';
import { SimulatedWorld, type Replica } from './simulated-world.ts';

/** How much of what a watch tells is tampered with, three ways. */
const share = 0.1;
const moves = 6;
/** After this long everything was listed again by itself. */
const longRestMs = 16 * minute;
/** After a list everything comes to rest. */
const restMs = 3 * minute;
/** Each so many schedules nothing but time is waited for at the end; before the end of the others all is listed. */
const longRestEvery = 10;

/** What became of one schedule. Empty when everything is as it should be. */
export type SimulationFaults = readonly string[];

/**
 * One controller, 30 % of whose events are dropped, told twice or told late, while people push, edit and remove. When
 * they have stopped, everything is as git says.
 */
export async function simulateEvents(seed: number): Promise<SimulationFaults> {
  const world = new SimulatedWorld(seed, { isElected: false });
  const { random, kube } = world;
  kube.watches.setFaults({ random, drop: share, duplicate: share, reorder: share });
  world.addReplica('only');
  await world.advance(20_000);
  for (let move = 0; move < moves; move += 1) {
    pick(random, changes)(world, move);
    pick(random, breaks)(world);
    await world.advance(20_000 * random.fraction());
  }
  kube.watches.setFaults(null);
  return await judgeEnd(world, seed % longRestEvery === 0);
}

/** Two controllers that are paused, killed and slow, while people push, edit and remove. */
export async function simulateLeaders(seed: number): Promise<SimulationFaults> {
  const world = new SimulatedWorld(seed, { isElected: true });
  const { random } = world;
  const replicas = [world.addReplica('a'), world.addReplica('b')];
  await world.advance(10_000);
  for (let move = 0; move < moves; move += 1) {
    pick(random, changes)(world, move);
    world.setTravel(pick(random, [0, 0, 300, 1000]));
    await world.advance(3000 * random.fraction());
    pick(random, blows)(world, pick(random, replicas));
    pick(random, outages)(world);
    await world.advance(50_000 * random.fraction());
  }
  world.setTravel(0);
  world.git.breakHost(null);
  for (const replica of replicas) if (replica.isPaused) world.pauseOrResume(replica);
  return await judgeEnd(world, false);
}

async function judgeEnd(world: SimulatedWorld, isLong: boolean): Promise<SimulationFaults> {
  if (!isLong) listAll(world);
  await world.advance(isLong ? longRestMs : restMs);
  const faults = [...world.faults];
  const found = JSON.stringify(await world.readValues());
  const expected = JSON.stringify(world.expected);
  if (found !== expected) faults.push(`there is ${found}, and should be ${expected}`);
  if (!world.isReady('apps')) faults.push(`the object is not Ready: ${world.renderStatus('apps')}`);
  return faults;
}

type Change = (world: SimulatedWorld, move: number) => void;

const changes: readonly Change[] = [
  (world, move) => world.commit('db', `db-${move}`),
  (world, move) => world.commit(`new-${move}`, 'new'),
  (world) => world.commit(pick(world.random, world.names), null),
  (world) => world.editByHand(pick(world.random, world.names)),
  (world) => world.removeByHand(pick(world.random, world.names)),
  (world) => world.commit('web', 'first'),
];

const breaks: readonly ((world: SimulatedWorld) => void)[] = [
  () => undefined,
  () => undefined,
  ({ kube }) => kube.watches.breakAll(),
  ({ kube }) => kube.watches.endAll(),
  ({ kube }) => kube.watches.freezeAll(),
  listAll,
];

function listAll({ kube }: SimulatedWorld): void {
  kube.compact();
  kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
}

const blows: readonly ((world: SimulatedWorld, replica: Replica) => void)[] = [
  () => undefined,
  (world, replica) => world.pauseOrResume(replica),
  (world, replica) => world.pauseOrResume(replica),
  (world, replica) => world.kill(replica),
];

const outages: readonly ((world: SimulatedWorld) => void)[] = [
  ({ git }) => git.breakHost(null),
  ({ git }) => git.breakHost(null),
  ({ git }) => git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' })),
  ({ git }) => git.breakHost(createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' })),
];

function pick<T>(random: SimulatedWorld['random'], all: readonly T[]): T {
  const found = all[Math.floor(random.fraction() * all.length)];
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
}
