import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Instant } from '#core/ports/time.ts';
import type { ReconcileMetrics } from '#platform/reconcile/reconcile-loop.ts';
import {
  createBuildGauge,
  createKubeCallHistogram,
  createReconcileMetrics,
  type KubeCallMetric,
} from './create-metrics.ts';

/** The keys of an issuer as they are at the moment. */
export interface IssuerKeysMetric {
  /** Name of the TokenIssuer. */
  readonly issuer: string;
  /** Null when they were never read. */
  readonly ageMs: number | null;
  readonly failures: number;
}

export interface BrokerMetrics extends ReconcileMetrics {
  /** By the pattern of the route, never by what is in it. */
  observeAnswer(route: string, status: number, ms: number): void;
  /** A certificate was taken into use. */
  observeCertificate(notAfter: Instant): void;
  observeKubeCall(call: KubeCallMetric): void;
  /** Asked whenever the metrics are. */
  followIssuers(read: () => readonly IssuerKeysMetric[]): void;
  render(): Promise<string>;
  readonly contentType: string;
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10];

/** The metrics of the broker. Who asked and for what is in the audit log alone. */
export function createBrokerMetrics(
  version: string,
  controllers: readonly string[],
): BrokerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  createBuildGauge(registry, version);
  const calls = createKubeCallHistogram(registry);
  const answers = new Histogram({
    name: 'mayfly_broker_request_duration_seconds',
    help: 'From the head of a request to the end of its answer, by route and status.',
    labelNames: ['route', 'status'],
    buckets: secondsBuckets,
    registers,
  });
  const reloads = new Counter({
    name: 'mayfly_broker_certificates_total',
    help: 'Certificates taken into use, the first one included.',
    registers,
  });
  const end = new Gauge({
    name: 'mayfly_broker_certificate_not_after_seconds',
    help: 'When the certificate in use ends, in seconds since 1970.',
    registers,
  });
  return {
    ...createReconcileMetrics(registry, controllers),
    observeAnswer: (route, status, ms) => answers.observe({ route, status }, ms / 1000),
    observeCertificate: (notAfter) => {
      reloads.inc();
      end.set(notAfter / 1000);
    },
    followIssuers: (read) => followIssuers(registry, read),
    observeKubeCall: ({ ms, ...labels }) => calls.observe({ ...labels }, ms / 1000),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function followIssuers(registry: Registry, read: () => readonly IssuerKeysMetric[]): void {
  const [labelNames, registers] = [['issuer'] as const, [registry]];
  const age = new Gauge({
    name: 'mayfly_broker_issuer_keys_age_seconds',
    help: 'Since the keys of an issuer were read; those that are used are read every five to ten minutes.',
    labelNames,
    registers,
    collect(): void {
      age.reset();
      for (const { issuer, ageMs } of read()) if (ageMs !== null) age.set({ issuer }, ageMs / 1000);
    },
  });
  const failures = new Counter({
    name: 'mayfly_broker_issuer_keys_failures_total',
    help: 'How often the keys of an issuer could not be read.',
    labelNames,
    registers,
    collect(): void {
      failures.reset();
      for (const each of read()) failures.inc({ issuer: each.issuer }, each.failures);
    },
  });
}
