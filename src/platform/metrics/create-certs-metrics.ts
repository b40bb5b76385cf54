import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Instant } from '#core/ports/time.ts';
import {
  createBuildGauge,
  createKubeCallHistogram,
  type KubeCallMetric,
} from './create-metrics.ts';

export interface CertsMetrics {
  /** Until when a certificate is valid. */
  observeEnd(name: string, notAfter: Instant): void;
  /** How much is wrong just now. */
  setProblems(count: number): void;
  observeKubeCall(call: KubeCallMetric): void;
  render(): Promise<string>;
  readonly contentType: string;
}

/** The metrics of the authority for certificates. */
export function createCertsMetrics(version: string): CertsMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  createBuildGauge(registry, version);
  const calls = createKubeCallHistogram(registry);
  const ends = new Gauge({
    name: 'mayfly_certs_not_after_seconds',
    help: 'When the certificate ends, in seconds since 1970: `leaf` is what the webhook serves.',
    labelNames: ['certificate'],
    registers,
  });
  const problems = new Gauge({
    name: 'mayfly_certs_problems',
    help: 'What is wrong with the certificates or where they are published; the log says what.',
    registers,
  });
  return {
    observeEnd: (certificate, notAfter) => ends.set({ certificate }, notAfter / 1000),
    setProblems: (count) => problems.set(count),
    observeKubeCall: ({ ms, ...labels }) => calls.observe({ ...labels }, ms / 1000),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
