import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import { createKubeNamespaces } from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { readObject } from '#adapters/kube/objects/read-object.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import type { WebhookMetrics } from '#platform/metrics/create-webhook-metrics.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createDecisions } from '../../../webhook/decisions.ts';
import { createWebhookServer, type WebhookOptions } from '../../../webhook/server.ts';
import { createClusterView, type ClusterView } from './admission-view.ts';
import { readInjectionSettings } from './injection-settings.ts';
import { readFolderView } from './read-folder-view.ts';

export { routes } from '../../../webhook/server.ts';

export interface WebhookTools extends RoleTools {
  readonly metrics: WebhookMetrics;
  readonly version: string;
}

/** What the configuration says to decide by: a cluster, or a folder. The API is only ever listed and watched. */
export async function openView(
  configuration: Configuration,
  tools: WebhookTools,
): Promise<ClusterView> {
  const settings = readInjectionSettings(configuration);
  const { objects } = configuration.webhook;
  return objects === undefined
    ? await openClusterView(configuration, settings, tools)
    : await readFolderView(objects, settings);
}

async function openClusterView(
  configuration: Configuration,
  settings: InjectionSettings,
  { clock, logger, metrics, version }: WebhookTools,
): Promise<ClusterView> {
  const { kubeconfig, context, qps, burst, namespaces } = configuration.kube;
  const access = await openKubeAccess({ kubeconfig, context, isPerson: false }, clock);
  const random = createSystemRandom();
  const api = createKubeApi(
    {
      clock,
      random,
      access,
      serverTime: createServerTime(clock),
      mayWrite: () => false,
      onCall: (call) => metrics.observeKubeCall(call),
    },
    { version, perSecond: qps, burst },
  );
  function reflectorOf(name: string): ReflectorDeps {
    return {
      api,
      clock,
      random,
      onFault: ({ during: reason, error }) =>
        logger.warn('what is known of the cluster may be old', { name, reason, error }),
    };
  }
  return createClusterView(
    { reflectorOf, readObject, namespaces: createKubeNamespaces(reflectorOf('Namespace')) },
    { settings, namespaces: namespaces.length === 0 ? null : namespaces },
  );
}

export type AdmissionServer = ReturnType<typeof createWebhookServer>;

/** The server that answers by such a view. */
export function createAdmissionServer(
  view: ClusterView,
  tls: WebhookOptions['tls'],
  {
    clock,
    logger,
    metrics,
    ...rest
  }: WebhookTools & Pick<WebhookOptions, 'deadlineMs' | 'isEnding'>,
): AdmissionServer {
  const { deadlineMs, isEnding } = rest;
  const decisions = createDecisions(view);
  return createWebhookServer({ clock, logger, metrics, decisions }, { tls, deadlineMs, isEnding });
}
