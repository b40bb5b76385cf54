import { hostname } from 'node:os';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import { secretResource } from '#core/api/kube-resources.ts';
import type { KubeApi, KubeName } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { Reflector } from '#core/ports/kube/reflector.ts';
import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import { createReflector } from '#platform/kube/reflector/create-reflector.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { KubeCallMetric } from '#platform/metrics/create-metrics.ts';
import type { CertsMetrics } from '#platform/metrics/create-certs-metrics.ts';
import type { CertsPass } from '../../../certs/certs-pass.ts';
import { createInjectionCheck } from '../../../certs/check-injection.ts';
import { createFileCheck } from '../../../certs/check-files.ts';
import { createAuthorityKeeper } from '../../../certs/keep-authority.ts';
import { listWebhookTargets } from '../../../certs/publish/webhook-target.ts';

export interface CertsTools {
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: CertsMetrics;
  readonly version: string;
}

/** The cluster as this process sees it. */
export interface CertsCluster {
  readonly serverTime: ServerTime;
  readonly election: LeaderElection;
  /** Refuses every write while this process does not lead. */
  readonly fenced: KubeApi;
}

const leaseName = 'mayfly-certs';
/** How long the slowest API server may take to learn what the others know, and the slowest kubelet. */
const settleMs = 600_000;

export async function openCertsCluster(
  { kube, election }: Configuration,
  { clock, random, logger, metrics, version }: CertsTools,
): Promise<CertsCluster> {
  const { qps, burst, kubeconfig, context } = kube;
  const access = await openKubeAccess({ kubeconfig, context, isPerson: false }, clock);
  const serverTime = createServerTime(clock);
  const deps = {
    clock,
    random,
    access,
    serverTime,
    onCall: (call: KubeCallMetric) => metrics.observeKubeCall(call),
  };
  const options = { version, perSecond: qps, burst };
  const elected = createLeaderElection(
    {
      api: createKubeApi({ ...deps, mayWrite: () => true }, options),
      clock,
      random,
      onFault: (error) => logger.warn('the election goes on', { error }),
    },
    {
      namespace: election.namespace,
      name: leaseName,
      identity: hostname(),
      leaseDurationMs: election.leaseDuration,
      renewDeadlineMs: election.renewDeadline,
      retryPeriodMs: election.retryPeriod,
    },
  );
  const fenced = createKubeApi({ ...deps, mayWrite: () => elected.isLeading() }, options);
  return { serverTime, election: elected, fenced };
}

/** The pass of the mode that is configured with an authority of its own, or with that of cert-manager. */
export function createClusterPass(
  configuration: Configuration,
  { fenced, serverTime }: CertsCluster,
  { clock, random, logger }: CertsTools,
): CertsPass {
  const { certs, election } = configuration;
  const secret = { namespace: election.namespace, name: certs.secret };
  const webhooks = listTargets(configuration);
  function now(): number {
    return serverTime.now();
  }
  if (certs.mode === 'cert-manager') {
    return createInjectionCheck({ api: fenced, now }, { secret, webhooks });
  }
  return createAuthorityKeeper(
    {
      api: fenced,
      now,
      clock,
      random,
      onStep: (reason) => logger.info('the authority was changed', { reason }),
      onPublished: (name) => logger.info('the authority was published', { name }),
    },
    {
      secret,
      webhooks,
      names: certs.services.map((service) => `${service}.${election.namespace}.svc`),
      leafMs: certs.leafLifetime,
      rootMs: certs.rootLifetime,
      settleMs,
    },
  );
}

/** The pass of mode `files`. */
export function createFilesPass(clock: MonotonicClock, certFile: string): CertsPass {
  return createFileCheck(() => clock.now(), certFile);
}

/** Follows what others may change: the Secret and the webhook configurations. Nothing of them is kept. */
export function createReflectors(
  configuration: Configuration,
  { fenced }: CertsCluster,
  { clock, random, logger, onChange }: CertsTools & { readonly onChange: () => void },
): readonly Reflector<null>[] {
  const { certs, election } = configuration;
  const secret = { resource: secretResource, namespace: election.namespace, name: certs.secret };
  return [secret, ...listTargets(configuration)].map(({ name, ...where }) =>
    createReflector(
      {
        api: fenced,
        clock,
        random,
        onFault: ({ during, error }) =>
          logger.warn('changes may be seen late', { name, reason: during, error }),
      },
      {
        query: { ...where, fieldSelector: `metadata.name=${name}`, metadataOnly: true },
        keep: () => null,
        onChange,
      },
    ),
  );
}

function listTargets({ certs }: Configuration): readonly KubeName[] {
  const { mutatingWebhooks: mutating, validatingWebhooks: validating } = certs;
  return listWebhookTargets({ mutating, validating });
}
