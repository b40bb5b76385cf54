import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeName } from '#core/ports/kube/kube-api.ts';
import type { Instant } from '#core/ports/time.ts';
import type { CertsPass } from './certs-pass.ts';
import { readStored, type SecretPlace } from './authority-store.ts';
import { readWebhooks, type WebhookConfiguration } from './publish/read-webhooks.ts';
import { describeWebhook } from './publish/webhook-target.ts';
import {
  isIssuedBy,
  isValidAt,
  readCertificates,
  type ReadCertificate,
} from './x509/read-certificate.ts';

export interface InjectionDeps {
  readonly api: Pick<KubeApi, 'get'>;
  readonly now: () => Instant;
}

export interface InjectionPlaces {
  /** Where cert-manager keeps the certificate. */
  readonly secret: SecretPlace;
  readonly webhooks: readonly KubeName[];
}

const againMs = 300_000;
/** https://cert-manager.io/docs/concepts/ca-injector/ */
const annotations = ['inject-ca-from', 'inject-ca-from-secret', 'inject-apiserver-ca'].map(
  (name) => `cert-manager.io/${name}`,
);

/** The pass of mode `cert-manager`: reads whether its injection stands, and changes nothing. */
export function createInjectionCheck(
  { api, now }: InjectionDeps,
  { secret, webhooks }: InjectionPlaces,
): CertsPass {
  return async function checkInjection(signal) {
    const { found, problems } = await readWebhooks(api, webhooks, signal);
    const { content } = await readStored(api, secret, signal);
    const text = Buffer.from(content.get('tls.crt') ?? []).toString('utf8');
    for (const value of content.values()) value.fill(0);
    const chain = readCertificates(text) ?? [];
    const wrong = found.flatMap((webhook) => {
      const problem = findProblem(webhook, chain, now());
      if (problem === null) return [];
      const params = { webhook: describeWebhook(webhook.target), problem };
      return [createError('MAYFLY_CERTS_INJECTION', params)];
    });
    const all: readonly MayflyError[] = [...problems, ...wrong];
    const ends = chain.slice(0, 1).map(({ notAfter }) => ({ name: 'leaf', notAfter }));
    return { nextAt: now() + againMs, problems: all, ends };
  };
}

function findProblem(
  { object, entries }: WebhookConfiguration,
  chain: readonly ReadCertificate[],
  now: Instant,
): string | null {
  const given = object.metadata.annotations ?? {};
  if (!annotations.some((name) => given[name] !== undefined)) {
    return 'is not asked for: there is no annotation cert-manager.io/inject-ca-from';
  }
  const bundles = entries.map(({ bundle }) => readCertificates(bundle) ?? []);
  if (bundles.some((bundle) => bundle.length === 0)) return 'is not injected';
  const isTrusted = bundles.every((bundle) => vouchesFor(bundle, chain, now));
  return isTrusted ? null : 'does not vouch for the certificate in the secret';
}

/** Whether the chain leads to one of the bundle, each link valid now. */
function vouchesFor(
  bundle: readonly ReadCertificate[],
  chain: readonly ReadCertificate[],
  now: Instant,
): boolean {
  const trusted = new Set(bundle.map(({ pem }) => pem));
  for (const [index, link] of chain.entries()) {
    if (!isValidAt(link, now)) return false;
    if (trusted.has(link.pem)) return true;
    if (bundle.some((root) => isValidAt(root, now) && isIssuedBy(link, root))) return true;
    const above = chain[index + 1];
    if (above === undefined || !isIssuedBy(link, above)) return false;
  }
  return false;
}
