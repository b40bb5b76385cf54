import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';
import { ofRights, readWebhook, type WebhookConfiguration } from './read-webhooks.ts';

export interface Publication {
  /** As they are now. */
  readonly webhooks: readonly WebhookConfiguration[];
  /** The names of those that were changed. */
  readonly changed: readonly string[];
  readonly problems: readonly MayflyError[];
}

/**
 * Has every webhook of the configurations trust the bundle. Only `caBundle` is applied, by the name of the webhook, so
 * that all else stays whose it is; nothing is written where nothing differs. A right that is missing for one does not
 * keep the others from it.
 */
export async function publishBundle(
  api: Pick<KubeApi, 'apply' | 'patch'>,
  {
    webhooks,
    bundle,
  }: { readonly webhooks: readonly WebhookConfiguration[]; readonly bundle: string },
  signal: AbortSignal,
): Promise<Publication> {
  const now: WebhookConfiguration[] = [];
  const changed: string[] = [];
  const problems: MayflyError[] = [];
  for (const webhook of webhooks) {
    try {
      const isAsItShould = isPublished(webhook, bundle);
      const after = isAsItShould ? webhook : await publish(api, webhook, { bundle, signal });
      if (!isAsItShould) changed.push(webhook.target.name);
      now.push(await disown(api, after, signal));
    } catch (error) {
      now.push(webhook);
      problems.push(ofRights(error));
    }
  }
  return { webhooks: now, changed, problems };
}

function isPublished({ entries }: WebhookConfiguration, bundle: string): boolean {
  return entries.every((entry) => entry.bundle === bundle);
}

async function publish(
  api: Pick<KubeApi, 'apply'>,
  { target, object, entries }: WebhookConfiguration,
  { bundle, signal }: { readonly bundle: string; readonly signal: AbortSignal },
): Promise<WebhookConfiguration> {
  const caBundle = Buffer.from(bundle).toString('base64');
  const webhooks = entries.map(({ name }) => ({ name, clientConfig: { caBundle } }));
  const { uid, resourceVersion } = object.metadata;
  const call = { signal, on: { uid, resourceVersion } };
  return readWebhook(target, await api.apply(target, { webhooks }, call));
}

/**
 * Gives the field away again. A webhook that somebody owns a part of cannot be taken out of the configuration by
 * server-side apply: what is owned stays, and alone it is refused.
 */
async function disown(
  api: Pick<KubeApi, 'patch'>,
  webhook: WebhookConfiguration,
  signal: AbortSignal,
): Promise<WebhookConfiguration> {
  const { uid, resourceVersion, managedFields = [] } = webhook.object.metadata;
  const others = managedFields.filter((fields) => !isOurs(fields));
  // Without any the server would take it that nothing was said about owners.
  if (others.length === 0 || others.length === managedFields.length) return webhook;
  const call = { signal, on: { uid, resourceVersion } };
  const body = { metadata: { managedFields: others } };
  return readWebhook(webhook.target, await api.patch(webhook.target, body, call));
}

function isOurs(fields: unknown): boolean {
  return isRecord(fields) && fields['manager'] === 'mayfly';
}
