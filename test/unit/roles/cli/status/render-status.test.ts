import { describe, expect, it } from '@jest/globals';
import type { StatusAnswer, StatusRow } from '#core/status/status-answer.ts';
import { renderStatus } from '#roles/cli/status/render-status.ts';

const now = Date.UTC(2026, 0, 1);

function aRow(change: Partial<StatusRow> = {}): StatusRow {
  return {
    kind: 'EphemeralSecret',
    namespace: 'shop',
    name: 'all',
    ready: 'True',
    reason: 'Synced',
    message: 'the Secrets are as the source says',
    failures: [],
    ...change,
  };
}

function render(objects: StatusRow[], faults: StatusAnswer['faults'] = []): string[] {
  return renderStatus({ objects, faults }, now).trimEnd().split('\n');
}

describe('the table of mayfly status', () => {
  it('has a line for each object under aligned titles', () => {
    const source = aRow({ kind: 'GitSource', name: 'config', revision: 'a'.repeat(40) });
    const secret = aRow({ secrets: 2, expiresAt: '2026-01-01T01:05:00Z' });
    expect(render([source, secret])).toEqual([
      'KIND             NAMESPACE/NAME  READY  REASON  REVISION      EXPIRES  SECRETS',
      'GitSource        shop/config     True   Synced  aaaaaaaaaaaa  -        -',
      'EphemeralSecret  shop/all        True   Synced  -             in 1h5m  2',
    ]);
  });

  it.each([
    { expiresAt: '2026-01-01T00:00:12Z', shown: 'in 12s' },
    { expiresAt: '2026-01-01T00:00:59.5Z', shown: 'in 1m0s' },
    { expiresAt: '2026-01-01T00:59:59Z', shown: 'in 59m59s' },
    { expiresAt: '2026-01-02T00:00:00Z', shown: 'in 24h0m' },
    { expiresAt: '2025-12-31T23:59:59Z', shown: 'overdue' },
    { expiresAt: 'no instant', shown: '-' },
  ])('shows $expiresAt as $shown', ({ expiresAt, shown }) => {
    expect(render([aRow({ expiresAt })])[1]?.split(/ {2,}/u)[5]).toBe(shown);
  });

  it('says below why something is not ready, each thing once', () => {
    const failures = [
      { path: 'a.yaml', code: 'MAYFLY_SOPS_MAC', message: 'a.yaml does not verify' },
      { path: 'b.yaml', code: 'MAYFLY_YAML_SYNTAX', message: 'b.yaml is no YAML' },
    ];
    const message = 'a.yaml: a.yaml does not verify; take the last good version';
    const row = aRow({ ready: 'False', message, code: 'MAYFLY_SOPS_MAC', failures });
    expect(render([row]).slice(2)).toEqual([
      '',
      `shop/all: ${message} [MAYFLY_SOPS_MAC]`,
      'shop/all: b.yaml is no YAML [MAYFLY_YAML_SYNTAX]',
    ]);
  });

  it('says which files of objects have a fault', () => {
    const fault = {
      path: 'x.yaml',
      code: 'MAYFLY_YAML_SYNTAX',
      message: 'no YAML',
      hint: 'mend it',
    };
    expect(render([], [fault])).toEqual([
      'no objects',
      '',
      'x.yaml: no YAML; mend it [MAYFLY_YAML_SYNTAX]',
    ]);
  });
});
