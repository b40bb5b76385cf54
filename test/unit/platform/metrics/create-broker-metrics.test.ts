import { expect, it } from '@jest/globals';
import {
  createBrokerMetrics,
  type IssuerKeysMetric,
} from '#platform/metrics/create-broker-metrics.ts';

it('the broker tells how old the keys of each issuer are, and how often they could not be read', async () => {
  const metrics = createBrokerMetrics('1.2.3', ['git-store']);
  let now: readonly IssuerKeysMetric[] = [
    { issuer: 'github', ageMs: 90_000, failures: 2 },
    { issuer: 'gitlab', ageMs: null, failures: 1 },
  ];
  metrics.followIssuers(() => now);
  const lines = (await metrics.render()).split('\n');
  expect(lines.filter((line) => line.startsWith('mayfly_broker_issuer_keys'))).toEqual([
    'mayfly_broker_issuer_keys_age_seconds{issuer="github"} 90',
    'mayfly_broker_issuer_keys_failures_total{issuer="github"} 2',
    'mayfly_broker_issuer_keys_failures_total{issuer="gitlab"} 1',
  ]);
  now = [{ issuer: 'github', ageMs: 1_000, failures: 2 }];
  const later = await metrics.render();
  expect(later).toContain('mayfly_broker_issuer_keys_age_seconds{issuer="github"} 1\n');
  expect(later).toContain('mayfly_broker_issuer_keys_failures_total{issuer="github"} 2\n');
  expect(later).not.toContain('gitlab');
});
