import type { Configuration } from '#platform/config/schema.ts';
import { followCertificates } from '#platform/http/follow-certificates.ts';
import { serveDrained, serveHealth } from '#platform/http/serve.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import { createWebhookMetrics } from '#platform/metrics/create-webhook-metrics.ts';
import {
  createAdmissionServer,
  openView,
  routes,
  type AdmissionServer,
  type WebhookTools,
} from './compose.ts';
import type { ClusterView } from './admission-view.ts';

/**
 * Starts in order: health, the view of the cluster, and the server once there is a certificate for it. Ready is who
 * has listed everything once and listens. At the end it is not ready first, answers on until no API server asks it any
 * more, and then closes: what is under way is answered.
 */
export async function runWebhook(
  configuration: Configuration,
  tools: RoleTools & { readonly version: string },
): Promise<void> {
  const { lifecycle, logger, version } = tools;
  const known = { ...tools, metrics: createWebhookMetrics(version, routes) };
  const view = await openView(configuration, known);
  const serving: Serving = { server: null };
  const health = {
    metrics: known.metrics,
    isReady: () => !lifecycle.stopping.aborted && view.isSynced() && serving.server !== null,
  };
  await serveHealth(configuration, health, { logger, lifecycle });
  startView(view, tools);
  await serveReviews(configuration, view, { ...known, serving });
}

function startView(view: ClusterView, { lifecycle, logger }: RoleTools): void {
  startRunning(lifecycle, 'mirrors', async (signal) => {
    const running = view.run(signal);
    view.untilSynced(signal).then(
      () => logger.info('everything that reviews are decided by is known'),
      () => undefined,
    );
    await running;
  });
}

interface Serving {
  server: AdmissionServer | null;
}

/** Serves from the first certificate on that can be used; resolves when it listens, or is not to any more. */
async function serveReviews(
  { webhook }: Configuration,
  view: ClusterView,
  tools: WebhookTools & { readonly serving: Serving },
): Promise<void> {
  const { lifecycle, serving } = tools;
  const first = await followCertificates(webhook, tools);
  if (first === null) return;
  const limits = { deadlineMs: webhook.deadline, isEnding: () => lifecycle.stopping.aborted };
  const server = createAdmissionServer(view, first, { ...tools, ...limits });
  const draining = { name: 'reviews', drainMs: webhook.drain };
  await serveDrained(server, webhook.listen, { ...tools, ...draining });
  serving.server = server;
}
