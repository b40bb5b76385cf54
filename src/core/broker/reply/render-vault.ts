import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretMap } from '../../secret/secret-tree.ts';
import type { Instant } from '../../ports/time.ts';
import { renderInstant } from '../render-audit.ts';
import type { Issued } from '../tickets/issue-ticket.ts';
import { secondsUntil } from './render-access-token.ts';
import { renderTokenWithin, renderWithin } from './render-values.ts';

/** What goes around the fields of a read. */
export interface SecretEnvelope {
  /** The audit id. */
  readonly requestId: string;
  /** Null where nothing of it ends at a store. */
  readonly lease: { readonly id: string; readonly seconds: number } | null;
  readonly version: string | null;
  readonly now: Instant;
}

/**
 * Fields as Vault's key-value engine (version 2) answers them, so that its clients understand:
 * {@link https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version}. Throws as
 * {@link renderWithin}. The caller wipes the answer.
 */
export function renderVaultSecret(
  fields: SecretMap,
  { requestId, lease, version, now }: SecretEnvelope,
): SecretBytes {
  const head = {
    request_id: requestId,
    lease_id: lease?.id ?? '',
    lease_duration: lease?.seconds ?? 0,
    renewable: false,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
  const metadata = {
    created_time: renderInstant(now),
    custom_metadata: null,
    deletion_time: '',
    destroyed: false,
    version: readVersion(version),
  };
  const before = `${openObject(head)},"data":{"data":`;
  return renderWithin(before, fields, `,"metadata":${JSON.stringify(metadata)}}}`);
}

/** A token of the broker's own as Vault answers a login. The caller wipes the answer, and the token. */
export function renderVaultLogin(
  { token, ticket, issuedAt }: Issued,
  requestId: string,
): SecretBytes {
  const auth = {
    accessor: ticket.id,
    policies: [ticket.policy],
    token_policies: [ticket.policy],
    metadata: { role: ticket.policy },
    lease_duration: secondsUntil(ticket.expiresAt, issuedAt),
    renewable: false,
    entity_id: '',
    token_type: 'service',
    orphan: true,
    num_uses: 0,
  };
  const head = {
    request_id: requestId,
    lease_id: '',
    lease_duration: 0,
    renewable: false,
    data: null,
    wrap_info: null,
    warnings: null,
  };
  const before = `${openObject(head)},"auth":${openObject(auth)},"client_token":`;
  return renderTokenWithin(before, token, '}}');
}

function openObject(fields: object): string {
  return JSON.stringify(fields).slice(0, -1);
}

/** Clients expect a number. What has other versions, or none, is at its first. */
function readVersion(version: string | null): number {
  const number = Number(version ?? '1');
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}
