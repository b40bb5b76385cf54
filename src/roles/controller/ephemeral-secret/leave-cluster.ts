import { decideLease } from '#core/lease/decide-lease.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { OwnedSecret } from '#core/sync/decide-sync.ts';
import type { ControllerParts } from '../controller-parts.ts';
import type { ElsewhereSecret } from './gather-secret.ts';
import { createPassRecord } from './pass-record.ts';
import { renderRecord } from './report/render-status.ts';

/**
 * An object for other clusters has no Secrets in this one: those it had are dropped as if an accepted commit had
 * removed their files.
 */
export async function leaveCluster(
  { sink, digest }: Pick<ControllerParts, 'sink' | 'digest'>,
  input: ElsewhereSecret,
): Promise<Outcome> {
  const record = createPassRecord({
    secrets: input.live,
    failures: [],
    status: input.status,
    commit: '',
  });
  for (const secret of input.live) {
    const dropped = await drop({ sink }, input, secret);
    if (dropped) record.drop(secret.name);
  }
  const message = 'spec.clusters does not select this cluster: there are no Secrets of it here';
  const note = { reason: 'NotForThisCluster', message, changed: record.wrote };
  return { kind: 'done', note, status: renderRecord({ digest, record }) };
}

async function drop(
  { sink }: Pick<ControllerParts, 'sink'>,
  { terms, now }: ElsewhereSecret,
  secret: OwnedSecret,
): Promise<boolean> {
  const at = { lease: secret.lease, now, due: false };
  const { kind } = decideLease({ kind: 'pathRemoved' }, terms, at);
  if (kind === 'remove') await sink.remove(secret, secret);
  if (kind === 'release') await sink.release(secret, secret);
  return kind === 'remove' || kind === 'release';
}
