import { kindNames, localKindNames, type KindName, type ObjectRef } from '#core/api/object.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { Metrics } from '#platform/metrics/create-metrics.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import { createReconcileLoop, type ReconcileLoop } from '#platform/reconcile/reconcile-loop.ts';
import { createServerClock } from '#platform/time/server-clock.ts';
import { createAccessPolicyReconciler } from '../access/create-access-policy-reconciler.ts';
import { createTokenIssuerReconciler } from '../access/create-token-issuer-reconciler.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { createEphemeralSecretReconciler } from '../ephemeral-secret/create-ephemeral-secret-reconciler.ts';
import { createExpireReconciler } from '../expire/create-expire-reconciler.ts';
import { createGitSourceReconciler } from '../git-source/create-git-source-reconciler.ts';
import { createStoreReconciler } from '../store/create-store-reconciler.ts';
import { createTenantPolicyReconciler } from '../tenancy/create-tenant-policy-reconciler.ts';
import { runGates } from '../gates/lift-gates.ts';
import { enqueueTenants } from '../tenancy/enqueue-tenants.ts';
import { createDriftAnswer } from './answer-drift.ts';
import { createUseAnswer } from './answer-use.ts';
import { runExpiry } from './run-expiry.ts';
import { writeReport } from './write-report.ts';

/** The names of the controllers, as metrics and log lines show them. */
export const controllerNames = [
  'git-source',
  'ephemeral-secret',
  'store',
  'access-policy',
  'cluster-store',
  'cluster-access-policy',
  'token-issuer',
  'tenant-policy',
] as const;

interface KindController {
  readonly controller: (typeof controllerNames)[number];
  readonly create: (parts: ControllerParts) => Reconcile;
}

const kindControllers: Readonly<Record<KindName, KindController>> = {
  GitSource: { controller: 'git-source', create: createGitSourceReconciler },
  EphemeralSecret: { controller: 'ephemeral-secret', create: createEphemeralSecretReconciler },
  Store: { controller: 'store', create: createStoreReconciler },
  AccessPolicy: { controller: 'access-policy', create: createAccessPolicyReconciler },
  ClusterStore: { controller: 'cluster-store', create: createStoreReconciler },
  ClusterAccessPolicy: {
    controller: 'cluster-access-policy',
    create: createAccessPolicyReconciler,
  },
  TokenIssuer: { controller: 'token-issuer', create: createTokenIssuerReconciler },
  TenantPolicy: { controller: 'tenant-policy', create: createTenantPolicyReconciler },
};

export interface ControllersDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: Random;
  /** Everything the reconcilers need but what is made here. */
  readonly parts: Omit<ControllerParts, 'enqueue'>;
}

export interface Controllers {
  /** Has an object looked at soon. */
  enqueue(ref: ObjectRef): void;
  start(): void;
  stop(deadline: AbortSignal): Promise<void>;
}

const minute = 60_000;
/** Above the longest time-out that a GitSource may ask for. */
const timeoutMs = 15 * minute;
const resyncMs = 10 * minute;
/** Objects that are worked on at once: in a cluster each mostly waits for the API server. */
const concurrency = { cluster: 16, machine: 4 } as const;

/** The reconcilers in their loops, with the watches that feed them. */
export function createControllers(deps: ControllersDeps): Controllers {
  const { logger, parts } = deps;
  const stopping = new AbortController();
  const running: Promise<unknown>[] = [];
  const wired: ControllerParts = { ...parts, clock: chooseClock(parts), enqueue };
  const kinds = parts.tenancy === null ? localKindNames : kindNames;
  const loops = new Map(kinds.map((kind) => [kind, createLoop(deps, kind, wired)]));

  const onDrift = createDriftAnswer({
    clock: parts.clock,
    logger,
    metrics: deps.metrics,
    objects: parts.objects,
    repair: (owner, delayMs) => {
      if (delayMs > 0) loops.get(owner.kind)?.addAfter(owner, delayMs);
      else enqueue(owner);
    },
  });

  function enqueue(ref: ObjectRef): void {
    loops.get(ref.kind)?.add(ref);
  }

  function start(): void {
    const { signal } = stopping;
    for (const [kind, loop] of loops) {
      loop.start();
      running.push(parts.objects.watch(kind, enqueue, signal));
    }
    if (parts.tenancy !== null) {
      running.push(parts.tenancy.namespaces.watch(onNamespace, signal));
    }
    running.push(...followPods(wired, logger, signal));
    running.push(parts.sink.watch(onDrift, signal));
    const sweep = createExpireReconciler(wired);
    running.push(runExpiry({ clock: parts.clock, logger, sweep }, signal));
  }

  function onNamespace(name: string): void {
    enqueueTenants(wired, (namespace) => namespace === name).catch((error: unknown) => {
      logger.warn('the objects of a changed namespace are looked at later', { error });
    });
  }

  async function stop(deadline: AbortSignal): Promise<void> {
    stopping.abort();
    await Promise.all([...loops.values()].map(async (loop) => await loop.stop(deadline)));
    await Promise.all(running);
  }

  return { enqueue, start, stop };
}

/** What pods use and wait for; nothing without a cluster. */
function followPods(
  parts: ControllerParts,
  logger: Logger,
  signal: AbortSignal,
): readonly Promise<void>[] {
  const { usage, gates } = parts;
  return [
    ...(usage === null ? [] : [usage.watch(createUseAnswer(parts, logger), signal)]),
    ...(gates === null ? [] : [runGates({ ...parts, gates, logger }, signal)]),
  ];
}

/** Leases are counted by the server's time; how long to wait is measured by ours. */
function chooseClock({ clock, serverTime }: ControllersDeps['parts']): Clock {
  return serverTime === null ? clock : createServerClock(clock, serverTime);
}

function createLoop(deps: ControllersDeps, kind: KindName, parts: ControllerParts): ReconcileLoop {
  const { logger, metrics, random } = deps;
  const { controller, create } = kindControllers[kind];
  return createReconcileLoop(
    {
      clock: deps.parts.clock,
      logger,
      random,
      metrics,
      recordEvent: async (event) => await parts.objects.recordEvent(event),
      report: async (ref, report) => await writeReport(parts, ref, report),
    },
    {
      controller,
      kind,
      reconcile: create(parts),
      concurrency: concurrency[parts.options.place],
      timeoutMs,
      resyncMs,
    },
  );
}
