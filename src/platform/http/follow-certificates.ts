import type { FastifyInstance } from 'fastify';
import type { Clock, Instant } from '#core/ports/time.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import type { Logger } from '#platform/log/logger.ts';
import { orAborted } from '#platform/time/with-deadline.ts';
import { replaceCertificate } from './create-http-server.ts';
import { followTlsFiles, type TlsPair, type TlsPaths } from './tls-files.ts';

export interface CertificateTools {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: { observeCertificate(notAfter: Instant): void };
  /** Null until there is a server that certificates are replaced of. */
  readonly serving: { readonly server: FastifyInstance | null };
}

/** The first certificate; null when the program ends before there is one. Those that follow replace it. */
export async function followCertificates(
  paths: TlsPaths,
  { lifecycle, logger, clock, metrics, serving }: CertificateTools,
): Promise<TlsPair | null> {
  const first = Promise.withResolvers<TlsPair>();
  const follower = {
    clock,
    onChange(pair: TlsPair): void {
      metrics.observeCertificate(pair.notAfter);
      logger.info('a certificate is taken into use', { path: paths.certFile });
      if (serving.server !== null) replaceCertificate(serving.server, pair);
      first.resolve(pair);
    },
    onFault: (error: unknown) => logger.warn('the certificate cannot be used', { error }),
  };
  startRunning(lifecycle, 'certificates', async (signal) => {
    await followTlsFiles(paths, follower, signal);
  });
  return await orAborted(first.promise, lifecycle.stopping).catch(() => null);
}
