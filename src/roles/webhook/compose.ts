import { createKubeNamespaces } from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { readObject } from '#adapters/kube/objects/read-object.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import type { WebhookMetrics } from '#platform/metrics/create-webhook-metrics.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createDecisions } from '../../../webhook/decisions.ts';
import { createWebhookServer, type WebhookOptions } from '../../../webhook/server.ts';
import { openCluster } from '../cluster/compose.ts';
import { createClusterView, type ClusterView } from './admission-view.ts';
import { followSettings } from './injection-settings.ts';
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
  const settings = followSettings(configuration, tools);
  const { objects } = configuration.webhook;
  return objects === undefined
    ? await openClusterView(configuration, settings, tools)
    : await readFolderView(objects, settings);
}

async function openClusterView(
  configuration: Configuration,
  settings: () => InjectionSettings,
  tools: WebhookTools,
): Promise<ClusterView> {
  const { namespaces } = configuration.kube;
  const { clock, logger } = tools;
  const random = createSystemRandom();
  const cluster = await openCluster(configuration, { ...tools, random });
  const api = cluster.makeApi(() => false);
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
