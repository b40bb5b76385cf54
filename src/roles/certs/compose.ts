import { secretResource } from '#core/api/kube-resources.ts';
import type { KubeName } from '#core/ports/kube/kube-api.ts';
import type { Reflector } from '#core/ports/kube/reflector.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createReflector } from '#platform/kube/reflector/create-reflector.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { CertsPass } from '../../../certs/certs-pass.ts';
import { createInjectionCheck } from '../../../certs/check-injection.ts';
import { createFileCheck } from '../../../certs/check-files.ts';
import { createAuthorityKeeper } from '../../../certs/keep-authority.ts';
import { listWebhookTargets } from '../../../certs/publish/webhook-target.ts';
import type { ClusterTools } from '../cluster/compose.ts';
import type { LedCluster } from '../cluster/lead-cluster.ts';

export type { CertsPass, PassResult } from '../../../certs/certs-pass.ts';

export interface CertsTools extends ClusterTools {
  readonly logger: Logger;
}

/** How long the slowest API server may take to learn what the others know, and the slowest kubelet. */
const settleMs = 600_000;

/** The pass of the mode that is configured with an authority of its own, or with that of cert-manager. */
export function createClusterPass(
  configuration: Configuration,
  { fenced, serverTime }: LedCluster,
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
  { fenced }: LedCluster,
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
