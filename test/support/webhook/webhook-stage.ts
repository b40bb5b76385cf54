import type { AddressInfo } from 'node:net';
import {
  createTestCertificates,
  type TestCertificates,
} from '#test/support/git-server/create-test-certificates.ts';
import { createMemoryLogger, type LogLine } from '#test/support/memory/memory-logger.ts';
import type { AdmissionResult } from '#platform/metrics/create-webhook-metrics.ts';
import { createWebhookServer, type Decide, type Route } from '../../../webhook/server.ts';
import { createReviewClient, type ReviewClient } from './review-client.ts';

export interface WebhookStage {
  readonly client: ReviewClient;
  readonly port: number;
  readonly certificates: TestCertificates;
  readonly server: ReturnType<typeof createWebhookServer>;
  readonly logged: readonly LogLine[];
  /** `route result` of each answer. */
  readonly counted: readonly string[];
  panics(): number;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly decisions?: Partial<Record<Route, Decide>>;
  readonly deadlineMs?: number;
  readonly isEnding?: () => boolean;
  /** Read instead of the clock. */
  readonly ticks?: () => number;
}

const allow: Decide = () => ({ kind: 'allow', patch: [], warnings: [] });

/** The real server over TLS, on a port of its own. */
export async function openWebhookStage(options: StageOptions = {}): Promise<WebhookStage> {
  const logger = createMemoryLogger();
  const counted: string[] = [];
  let panics = 0;
  const certificates = await createTestCertificates(['localhost', '127.0.0.1']);
  const { certPem, keyPem, caPem } = certificates;
  const server = createWebhookServer(
    {
      logger,
      clock: { ticks: options.ticks ?? (() => performance.now()) },
      metrics: {
        observeAdmission: (route: string, result: AdmissionResult) =>
          void counted.push(`${route} ${result}`),
        countPanic: () => {
          panics += 1;
        },
      },
      decisions: { pods: allow, workloads: allow, objects: allow, ...options.decisions },
    },
    {
      tls: { cert: Buffer.from(certPem), key: Buffer.from(keyPem) },
      deadlineMs: options.deadlineMs ?? 4000,
      isEnding: options.isEnding ?? (() => false),
    },
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const client = createReviewClient({ port, caPem });
  return {
    client,
    port,
    certificates,
    server,
    logged: logger.lines,
    counted,
    panics: () => panics,
    async close(): Promise<void> {
      client.close();
      server.server.closeAllConnections();
      await server.close();
    },
  };
}
