import { ownResources, renderSecretTarget } from '#core/api/kube-resources.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { decideOverdue, type SweeperFacts } from '#core/lease/decide-overdue.ts';
import { decideSkew } from '#core/lease/decide-skew.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { Clock } from '#core/ports/time.ts';
import { listObjects } from '#platform/kube/list-objects.ts';
import type { Logger } from '#platform/log/logger.ts';
import { wait } from '#platform/time/wait.ts';
import { readListed, type ListedSecret } from './read-listed.ts';
import { readControllerUntil, renewSweepLease } from './sweep-lease.ts';

export interface SweepParts {
  readonly api: KubeApi;
  readonly serverTime: ServerTime;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SweepPlaces {
  /** The Lease of the controller's election. That of the sweepers is in the same namespace. */
  readonly election: { readonly namespace: string; readonly name: string };
  /** Empty for all. */
  readonly namespaces: readonly string[];
}

const triesToDelete = 3;
/** The server may not have heard yet of the Lease by which it judges. */
const betweenTriesMs = 1000;

/**
 * Deletes what is overdue and left alone. Throws when the API cannot be asked, or does not allow it; a Secret whose
 * lease is not over by its own annotation is refused by the admission policy and left to the next sweep.
 */
export async function sweepOnce(
  parts: SweepParts,
  places: SweepPlaces,
  signal: AbortSignal,
): Promise<void> {
  const time = await renewSweepLease(parts, places.election.namespace, signal);
  if (time === null) return;
  const controllerUntil = await readControllerUntil(parts, places.election, signal);
  const { certain } = decideSkew({ server: time.now, local: parts.clock.now() });
  const facts = { now: certain, awakeSince: time.awakeSince, controllerUntil };
  let overdue = await findOverdue(parts, { ...places, facts }, signal);
  for (let tries = 1; overdue.length > 0; tries += 1) {
    overdue = await deleteAll(parts, overdue, signal);
    if (overdue.length === 0 || tries === triesToDelete) break;
    await wait(parts.clock, betweenTriesMs, signal);
  }
  for (const { namespace, name } of overdue) {
    parts.logger.debug('the admission policy does not let it be deleted', { namespace, name });
  }
}

async function findOverdue(
  { api, logger }: SweepParts,
  { namespaces, facts }: SweepPlaces & { readonly facts: SweeperFacts },
  signal: AbortSignal,
): Promise<readonly ListedSecret[]> {
  const overdue: ListedSecret[] = [];
  let unlisted = 0;
  for await (const object of listEverywhere(api, namespaces, signal)) {
    const listed = readListed(object);
    overdue.push(...listed.secrets.filter((one) => decideOverdue(one, facts) === 'remove'));
    unlisted += listed.unlisted;
  }
  if (unlisted > 0) logger.warn('only a controller can find these secrets', { count: unlisted });
  return overdue;
}

async function* listEverywhere(
  api: KubeApi,
  namespaces: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<KubeObject> {
  const resource = ownResources.EphemeralSecret;
  const queries = namespaces.length === 0 ? [{}] : namespaces.map((namespace) => ({ namespace }));
  for (const query of queries) yield* listObjects(api, { resource, ...query }, { signal });
}

/** Returns those that the admission policy refused. */
async function deleteAll(
  parts: SweepParts,
  secrets: readonly ListedSecret[],
  signal: AbortSignal,
): Promise<readonly ListedSecret[]> {
  const refused: ListedSecret[] = [];
  let denied: MayflyError | null = null;
  for (const secret of secrets) {
    const error = await tryDelete(parts, secret, signal);
    if (error?.code === 'MAYFLY_KUBE_REFUSED') refused.push(secret);
    else denied ??= error;
  }
  if (denied !== null) throw denied;
  return refused;
}

/** Another Secret of that name is not ours, so a conflict is as good as gone. One that may not be is told. */
async function tryDelete(
  { api, logger }: SweepParts,
  { namespace, name, uid }: ListedSecret,
  signal: AbortSignal,
): Promise<MayflyError | null> {
  try {
    await api.delete(renderSecretTarget({ namespace, name }), { signal, on: { uid } });
    logger.info('an overdue secret was deleted', { namespace, name });
    return null;
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    if (error.code === 'MAYFLY_KUBE_CONFLICT') return null;
    if (error.code === 'MAYFLY_KUBE_REFUSED' || error.kind === 'denied') return error;
    throw error;
  }
}
