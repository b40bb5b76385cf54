import { beforeAll, expect, it } from '@jest/globals';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createClusterKeys } from '#adapters/kube/client/create-cluster-keys.ts';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import { parseIdentity } from '#core/identity/parse-identity.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import {
  createVerifierUnderTest,
  type VerifierUnderTest,
} from '#test/support/issuer/verifier-under-test.ts';

const clock = createSystemClock();

async function openKeys(cluster: Cluster): Promise<ClusterKeys> {
  const kubeconfig = await cluster.writeKubeconfig('admin');
  const access = await openKubeAccess({ kubeconfig, isPerson: false }, clock);
  const deps = { clock, random: createSystemRandom(), access, onCall: () => undefined };
  const serverTime = createServerTime(clock);
  return createClusterKeys({ ...deps, serverTime }, { version: 'test', namespace: 'mayfly' });
}

await describeWithCluster('the API server as an issuer', {}, (cluster) => {
  let keys: ClusterKeys;
  let issuer: string;

  beforeAll(async () => {
    keys = await openKeys(cluster());
    const document = await keys.readApiServer('document', AbortSignal.timeout(10_000));
    ({ issuer } = JSON.parse(Buffer.from(document).toString()) as { issuer: string });
    const kubectl = cluster().kubectl;
    for (const namespace of ['shop', 'mayfly']) await kubectl(['create', 'namespace', namespace]);
    await kubectl(['-n', 'shop', 'create', 'serviceaccount', 'web']);
  });

  function open(change: Partial<TokenIssuer> = {}): VerifierUnderTest {
    const from = { kind: 'kubernetes', name: 'own', issuer, keys: { kind: 'cluster' } } as const;
    const issuers = [makeTokenIssuer({ ...from, maxTokenAgeMs: 7_200_000, ...change })];
    return createVerifierUnderTest(() => issuers, { clock, cluster: keys });
  }

  async function requestToken(...flags: readonly string[]): Promise<string> {
    const args = ['-n', 'shop', 'create', 'token', 'web', ...flags];
    return (await cluster().kubectl(args)).trim();
  }

  it('makes tokens that are verified by its keys, read with our own credentials', async () => {
    const token = await requestToken(`--audience=${brokerAudience}`);
    const verified = await open().verify(token);
    const { pod, attributes } = parseIdentity(verified.issuer, verified.claims);
    expect(pod).toMatchObject({ namespace: 'shop', serviceAccount: 'web', pod: null });
    expect(pod?.credentialId).toMatch(/^JTI=[0-9a-f-]{36}$/u);
    expect(attributes.get('namespace')).toBe('shop');
  });

  it('makes tokens for itself, and for long, which are refused', async () => {
    await expectCode(open().verify(await requestToken()), 'MAYFLY_TOKEN_AUDIENCE');
    const long = await requestToken(`--audience=${brokerAudience}`, '--duration=4h');
    await expectCode(open().verify(long), 'MAYFLY_TOKEN_LIFETIME');
  });

  it('is no other issuer', async () => {
    const other = 'https://kubernetes.default.svc.example.org';
    const token = await requestToken(`--audience=${brokerAudience}`);
    await expectCode(open({ issuer: other }).verify(token), 'MAYFLY_TOKEN_ISSUER_UNKNOWN');
  });

  it('may have its keys in a ConfigMap', async () => {
    const token = await requestToken(`--audience=${brokerAudience}`);
    const change = { keys: { kind: 'configMap', name: 'issuer', key: 'jwks' } } as const;
    await expectCode(open(change).verify(token), 'MAYFLY_ISSUER_UNAVAILABLE');
    const jwks = await keys.readApiServer('keys', AbortSignal.timeout(10_000));
    const literal = `--from-literal=jwks=${Buffer.from(jwks).toString()}`;
    await cluster().kubectl(['-n', 'mayfly', 'create', 'configmap', 'issuer', literal]);
    await expect(open(change).verify(token)).resolves.toBeDefined();
  });
});
