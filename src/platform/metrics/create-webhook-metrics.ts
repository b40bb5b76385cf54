import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Instant } from '#core/ports/time.ts';
import {
  createBuildGauge,
  createKubeCallHistogram,
  type KubeCallMetric,
} from './create-metrics.ts';

/** How a review was answered: `failed` when what answers it broke, or came too late. */
export const admissionResults = ['allowed', 'patched', 'warned', 'denied', 'failed'] as const;
export type AdmissionResult = (typeof admissionResults)[number];

export interface WebhookMetrics {
  observeAdmission(route: string, result: AdmissionResult, ms: number): void;
  /** A broken invariant that was contained. */
  countPanic(): void;
  /** A certificate was taken into use. */
  observeCertificate(notAfter: Instant): void;
  observeKubeCall(call: KubeCallMetric): void;
  render(): Promise<string>;
  readonly contentType: string;
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 3];

/** The metrics of the webhook. Their series are there from the start, so that a rate is right from the first on. */
export function createWebhookMetrics(version: string, routes: readonly string[]): WebhookMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  createBuildGauge(registry, version);
  const calls = createKubeCallHistogram(registry);
  const admissions = createAdmissionHistogram(registry, routes);
  const { panics, reloads, end } = createOddities(registry);
  return {
    observeAdmission: (route, result, ms) => admissions.observe({ route, result }, ms / 1000),
    countPanic: () => panics.inc(),
    observeCertificate: (notAfter) => {
      reloads.inc();
      end.set(notAfter / 1000);
    },
    observeKubeCall: ({ ms, ...labels }) => calls.observe({ ...labels }, ms / 1000),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function createAdmissionHistogram(
  registry: Registry,
  routes: readonly string[],
): Histogram<'route' | 'result'> {
  const histogram = new Histogram({
    name: 'mayfly_webhook_admission_duration_seconds',
    help: 'From the first byte of a request to its answer, by route and result.',
    labelNames: ['route', 'result'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  for (const route of routes) {
    for (const result of admissionResults) histogram.zero({ route, result });
  }
  return histogram;
}

interface Oddities {
  readonly panics: Counter;
  readonly reloads: Counter;
  readonly end: Gauge;
}

function createOddities(registry: Registry): Oddities {
  const registers = [registry];
  return {
    panics: new Counter({
      name: 'mayfly_webhook_panics_total',
      help: 'Broken invariants while answering; each review was answered nevertheless.',
      registers,
    }),
    reloads: new Counter({
      name: 'mayfly_webhook_certificates_total',
      help: 'Certificates taken into use, the first one included.',
      registers,
    }),
    end: new Gauge({
      name: 'mayfly_webhook_certificate_not_after_seconds',
      help: 'When the certificate in use ends, in seconds since 1970.',
      registers,
    }),
  };
}
