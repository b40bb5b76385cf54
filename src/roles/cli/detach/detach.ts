import { renderSecretTarget, secretResource } from '#core/api/kube-resources.ts';
import { apiGroup, formatRef, keys } from '#core/api/object.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeMeta, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { DetachDeps, DetachScope } from './detach-scope.ts';
import { listObjects } from '#platform/kube/list-objects.ts';
import { findUnsuspended, suspendObjects } from './suspend-objects.ts';

export interface DetachOptions extends DetachScope {
  /** Nothing is written. */
  readonly isDryRun: boolean;
  /** How long a controller has to see that its objects are suspended; 0 does not ask. */
  readonly waitMs: number;
}

/** What was done, or what would be: `namespace/name` each. */
export interface Detached {
  readonly suspended: readonly string[];
  readonly secrets: readonly string[];
}

const triesAfterConflict = 3;

/**
 * Turns leased Secrets into plain ones: their EphemeralSecrets are suspended first, then every label, annotation and
 * owner reference of Mayfly's goes, and the values stay. Reads no value. Throws `MAYFLY_DETACH_UNOBSERVED` before a
 * Secret was touched.
 */
export async function detach(deps: DetachDeps, options: DetachOptions): Promise<Detached> {
  const { api, signal } = deps;
  const { namespace, isDryRun } = options;
  const objects = await findUnsuspended(deps, { namespace });
  if (!isDryRun) await suspendObjects(deps, objects, options.waitMs);
  const query = {
    resource: secretResource,
    labelSelector: `${keys.managed}=true`,
    metadataOnly: true,
    ...(namespace !== undefined && { namespace }),
  };
  const secrets = await Array.fromAsync(listObjects(api, query, { signal }));
  if (!isDryRun) for (const secret of secrets) await detachSecret(deps, secret);
  return { suspended: objects.map(nameOf), secrets: secrets.map(nameOf) };
}

/** A controller that was not yet done may have written meanwhile. */
async function detachSecret({ api, signal }: DetachDeps, secret: KubeObject): Promise<void> {
  const { namespace = '', name } = secret.metadata;
  const target = renderSecretTarget({ namespace, name });
  let live: KubeObject | null = secret;
  for (let tries = 1; live !== null; tries += 1) {
    const { uid, resourceVersion } = live.metadata;
    try {
      const on = { uid, resourceVersion };
      await api.patch(target, renderDetached(live.metadata), { signal, on });
      return;
    } catch (error) {
      const isLate = isMayflyError(error) && error.kind === 'conflict';
      if (!isLate || tries === triesAfterConflict) throw error;
      live = await api.get(target, { signal, metadataOnly: true });
    }
  }
}

function renderDetached({ labels, annotations, ownerReferences = [] }: KubeMeta): object {
  return {
    metadata: {
      labels: nullsFor(labels),
      annotations: nullsFor(annotations),
      ownerReferences: ownerReferences.filter((owner) => !isOurs(owner)),
    },
  };
}

function nullsFor(texts: Readonly<Record<string, string>> = {}): Readonly<Record<string, null>> {
  const own = Object.keys(texts).filter((key) => key.startsWith(`${apiGroup}/`));
  return Object.fromEntries(own.map((key) => [key, null]));
}

function isOurs(owner: unknown): boolean {
  if (typeof owner !== 'object' || owner === null || !('apiVersion' in owner)) return false;
  return String(owner.apiVersion).startsWith(`${apiGroup}/`);
}

function nameOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return formatRef({ namespace, name });
}
