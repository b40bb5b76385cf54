import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';
import { readCertificates, type ReadCertificate } from '../x509/read-certificate.ts';
import { describeWebhook } from './webhook-target.ts';

/** One webhook of a configuration. */
export interface WebhookEntry {
  readonly name: string;
  /** In PEM; empty when it has none. */
  readonly bundle: string;
}

/** One configuration, and what its webhooks trust. */
export interface WebhookConfiguration {
  readonly target: KubeName;
  readonly object: KubeObject;
  readonly entries: readonly WebhookEntry[];
}

export interface WebhooksReading {
  readonly found: readonly WebhookConfiguration[];
  /** What is not there, and what may not be read. */
  readonly problems: readonly MayflyError[];
}

/** Reads each configuration. A right that is missing is a problem among others; throws what another try may heal. */
export async function readWebhooks(
  api: Pick<KubeApi, 'get'>,
  targets: readonly KubeName[],
  signal: AbortSignal,
): Promise<WebhooksReading> {
  const found: WebhookConfiguration[] = [];
  const problems: MayflyError[] = [];
  for (const target of targets) {
    try {
      const object = await api.get(target, { signal });
      if (object === null) problems.push(missing(target));
      else found.push(readWebhook(target, object));
    } catch (error) {
      problems.push(ofRights(error));
    }
  }
  return { found, problems };
}

/** The configuration as an answer of the API server shows it. */
export function readWebhook(target: KubeName, object: KubeObject): WebhookConfiguration {
  const webhooks: unknown = object['webhooks'];
  const entries = Array.isArray(webhooks) ? webhooks.flatMap(readEntry) : [];
  return { target, object, entries };
}

/** All that any of the webhooks trusts; what cannot be read is passed over. */
export function listPublished(found: readonly WebhookConfiguration[]): readonly ReadCertificate[] {
  const bundles = new Set(found.flatMap(({ entries }) => entries.map(({ bundle }) => bundle)));
  return [...bundles].flatMap((bundle) => readCertificates(bundle) ?? []);
}

/** The error if it says that a right is missing, or that the request is not allowed; else it is thrown. */
export function ofRights(error: unknown): MayflyError {
  if (!isMayflyError(error)) throw error;
  if (error.kind === 'denied' || error.kind === 'invalid') return error;
  throw error;
}

function missing(target: KubeName): MayflyError {
  return createError('MAYFLY_CERTS_WEBHOOK_MISSING', { webhook: describeWebhook(target) });
}

function readEntry(webhook: unknown): readonly WebhookEntry[] {
  if (!isRecord(webhook) || typeof webhook['name'] !== 'string') return [];
  const client: unknown = webhook['clientConfig'];
  const bundle: unknown = isRecord(client) ? client['caBundle'] : undefined;
  const text = typeof bundle === 'string' ? Buffer.from(bundle, 'base64').toString('utf8') : '';
  return [{ name: webhook['name'], bundle: text }];
}
