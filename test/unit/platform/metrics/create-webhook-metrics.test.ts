import { expect, it } from '@jest/globals';
import { createWebhookMetrics } from '#platform/metrics/create-webhook-metrics.ts';

it('the webhook counts its answers, and has every series from the start', async () => {
  const metrics = createWebhookMetrics('1.2.3', ['pods']);
  expect(await metrics.render()).toContain(
    'mayfly_webhook_admission_duration_seconds_count{route="pods",result="denied"} 0',
  );
  metrics.observeAdmission('pods', 'patched', 2);
  metrics.countPanic();
  metrics.observeCertificate(Date.UTC(2030, 0, 1));
  metrics.observeKubeCall({ verb: 'list', resource: 'stores', code: '200', ms: 3 });
  const text = await metrics.render();
  expect(metrics.contentType).toContain('text/plain');
  for (const line of [
    'mayfly_webhook_admission_duration_seconds_bucket{le="0.0025",route="pods",result="patched"} 1',
    'mayfly_webhook_panics_total 1',
    'mayfly_webhook_certificates_total 1',
    'mayfly_webhook_certificate_not_after_seconds 1893456000',
    'mayfly_kube_call_duration_seconds_count{verb="list",resource="stores",code="200"} 1',
    'mayfly_build_info{version="1.2.3"',
  ]) {
    expect(text).toContain(line);
  }
});
