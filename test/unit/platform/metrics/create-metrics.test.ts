import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '#platform/metrics/create-metrics.ts';

const options = { version: '1.2.3', controllers: ['gitsource', 'ephemeralsecret'] };

describe('the metrics', () => {
  it('are there from the start, at zero', async () => {
    const text = await createMetrics(options).render();
    for (const line of [
      'mayfly_reconcile_total{controller="gitsource",result="failed"} 0',
      'mayfly_reconcile_duration_seconds_count{controller="ephemeralsecret"} 0',
      'mayfly_git_fetch_duration_seconds_count{result="unchanged"} 0',
      'mayfly_drift_repairs_total 0',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/^mayfly_build_info\{version="1\.2\.3",node="24\.[0-9.]+"\} 1$/mu);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /mu);
    expect(text).toMatch(/^process_resident_memory_bytes /mu);
  });

  it('count and measure in seconds', async () => {
    const metrics = createMetrics(options);
    metrics.observeReconcile('gitsource', 'done', 1500);
    metrics.observeGitFetch('accepted', 250);
    metrics.countDriftRepair();
    const text = await metrics.render();
    expect(text).toContain('mayfly_reconcile_total{controller="gitsource",result="done"} 1');
    expect(text).toContain('mayfly_reconcile_duration_seconds_sum{controller="gitsource"} 1.5');
    expect(text).toContain('mayfly_git_fetch_duration_seconds_sum{result="accepted"} 0.25');
    expect(text).toContain('mayfly_drift_repairs_total 1');
  });

  it('do not mix with those of another registry', async () => {
    createMetrics(options).countDriftRepair();
    const other = createMetrics(options);
    expect(await other.render()).toContain('mayfly_drift_repairs_total 0');
    expect(other.contentType).toContain('text/plain');
  });

  it('are named as Prometheus asks', async () => {
    const text = await createMetrics(options).render();
    const types = [...text.matchAll(/^# TYPE (mayfly_\w+) (\w+)$/gmu)];
    expect(types.length).toBeGreaterThan(4);
    for (const [, name = '', type] of types) {
      if (type === 'counter') expect(name).toMatch(/_total$/u);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/u);
    }
  });
});
