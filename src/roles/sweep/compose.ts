import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { SweepParts } from './sweep-once.ts';

/** The API of the cluster as the configuration names it. */
export async function openSweepApi(
  { kube }: Configuration,
  { clock }: RoleTools,
  version: string,
): Promise<Pick<SweepParts, 'api' | 'serverTime'>> {
  const { qps, burst, namespaces: _, ...places } = kube;
  const access = await openKubeAccess({ ...places, isPerson: false }, clock);
  const serverTime = createServerTime(clock);
  const random = createSystemRandom();
  const told = { mayWrite: () => true, onCall: () => undefined };
  const api = createKubeApi(
    { clock, random, access, serverTime, ...told },
    { version, perSecond: qps, burst },
  );
  return { api, serverTime };
}
