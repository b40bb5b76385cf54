import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReconcileMetrics, ReconcileResult } from '#platform/reconcile/reconcile-loop.ts';

export interface Metrics extends ReconcileMetrics {
  /** One fetch of one git source; names of sources are no labels: there may be thousands, and they tell too much. */
  observeGitFetch(result: GitFetchMetric, durationMs: number): void;
  /** A Secret of ours was changed or removed by somebody else and was put right. */
  countDriftRepair(): void;
  /** One request to the API server. */
  observeKubeCall(call: KubeCallMetric): void;
  /** Whether this process leads. */
  setLeading(isLeading: boolean): void;
  /** All metrics in the Prometheus text format. */
  render(): Promise<string>;
  /** The content type of {@link Metrics.render}. */
  readonly contentType: string;
}

export interface KubeCallMetric {
  readonly verb: string;
  readonly resource: string;
  /** The HTTP status; `none` when there was no answer. */
  readonly code: string;
  readonly ms: number;
}

export type GitFetchMetric = (typeof gitFetchResults)[number];

export interface MetricsOptions {
  readonly version: string;
  /** Their counters are there from the start, so that a rate is right from the first event on. */
  readonly controllers: readonly string[];
}

const reconcileResults: readonly ReconcileResult[] = [
  'done',
  'again',
  'refused',
  'waiting',
  'gone',
  'failed',
];
const gitFetchResults = ['unchanged', 'accepted', 'failed'] as const;
const secondsBuckets = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

/** The metrics of one process, in a registry of their own, with Node's beside them (event loop delay, memory). */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const reconcile = createReconcileMetrics(registry, options.controllers);
  const gitFetch = createGitFetchHistogram(registry);
  const repairs = new Counter({
    name: 'mayfly_drift_repairs_total',
    help: 'Secrets that somebody else had changed or removed and that were put right.',
    registers: [registry],
  });
  createBuildGauge(registry, options.version);
  return {
    ...createKubeMetrics(registry),
    ...reconcile,
    observeGitFetch: (result, durationMs) => gitFetch.observe({ result }, durationMs / 1000),
    countDriftRepair: () => repairs.inc(),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

export function createReconcileMetrics(
  registry: Registry,
  controllers: readonly string[],
): ReconcileMetrics {
  const total = new Counter({
    name: 'mayfly_reconcile_total',
    help: 'Reconciles by controller and result.',
    labelNames: ['controller', 'result'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'mayfly_reconcile_duration_seconds',
    help: 'How long reconciles take.',
    labelNames: ['controller'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  for (const controller of controllers) {
    duration.zero({ controller });
    for (const result of reconcileResults) total.inc({ controller, result }, 0);
  }
  return {
    observeReconcile: (controller, result, durationMs) => {
      total.inc({ controller, result });
      duration.observe({ controller }, durationMs / 1000);
    },
  };
}

function createKubeMetrics(registry: Registry): Pick<Metrics, 'observeKubeCall' | 'setLeading'> {
  const calls = createKubeCallHistogram(registry);
  const leading = new Gauge({
    name: 'mayfly_leading',
    help: 'Whether this process leads: 1 or 0.',
    registers: [registry],
  });
  return {
    observeKubeCall: ({ verb, resource, code, ms }) =>
      calls.observe({ verb, resource, code }, ms / 1000),
    setLeading: (isLeading) => leading.set(isLeading ? 1 : 0),
  };
}

/** Of any process that speaks to an API server. */
export function createKubeCallHistogram(
  registry: Registry,
): Histogram<'verb' | 'resource' | 'code'> {
  return new Histogram({
    name: 'mayfly_kube_call_duration_seconds',
    help: 'How long requests to the API server take, by verb, resource and status.',
    labelNames: ['verb', 'resource', 'code'],
    buckets: secondsBuckets,
    registers: [registry],
  });
}

function createGitFetchHistogram(registry: Registry): Histogram<'result'> {
  const histogram = new Histogram({
    name: 'mayfly_git_fetch_duration_seconds',
    help: 'How long fetches of git sources take, by result.',
    labelNames: ['result'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  for (const result of gitFetchResults) histogram.zero({ result });
  return histogram;
}

/** Of any process. */
export function createBuildGauge(registry: Registry, version: string): void {
  const gauge = new Gauge({
    name: 'mayfly_build_info',
    help: 'Always 1; the version is a label.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  gauge.set({ version, node: globalThis.process.versions.node }, 1);
}
