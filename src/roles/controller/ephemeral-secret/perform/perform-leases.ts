import type { SecretLease } from '#core/ports/secret-sink.ts';
import type { Drop, Renewal } from '#core/sync/decide-sync.ts';
import { createWriteLane } from '../../write-lane.ts';
import type { Pass } from '../pass.ts';

const writesAtOnce = 16;

/** Writes the leases of the plan and takes away what is no longer wanted, but for names that others took over. */
export async function performLeases(pass: Pass): Promise<void> {
  const lane = createWriteLane(writesAtOnce);
  for (const renewal of pass.plan.renewals) {
    pass.signal.throwIfAborted();
    if (isTaken(pass, renewal.live)) continue;
    await lane.add(() => attempt(pass, renewal.live.lease, () => performRenewal(pass, renewal)));
  }
  for (const drop of pass.plan.drops) {
    if (isTaken(pass, drop.live)) continue;
    await lane.add(() => attempt(pass, drop.live.lease, () => performDrop(pass, drop)));
  }
  await lane.drain();
}

function isTaken({ claims }: Pass, { name, lease }: Renewal['live']): boolean {
  const holder = claims.holder(name);
  return holder !== null && holder !== lease.path;
}

async function attempt(
  { record }: Pass,
  lease: SecretLease,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    record.fail(lease, error);
  }
}

/** Writes a new window; the content is not touched. */
export async function performRenewal(
  { parts, record, writer }: Pass,
  { live, decision }: Renewal,
): Promise<void> {
  const { namespace, name } = live;
  const lease = { ...live.lease, ...decision.lease };
  const { uid } = await parts.sink.renew({ namespace, name, ...writer }, lease, live);
  record.keep({ name, uid, lease }, 'lease');
}

export async function performDrop({ parts, record }: Pass, { live, how }: Drop): Promise<void> {
  if (how === 'remove') await parts.sink.remove(live, live);
  else await parts.sink.release(live, live);
  record.drop(live.name);
}
