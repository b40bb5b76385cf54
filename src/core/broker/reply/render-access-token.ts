import type { Instant } from '../../ports/time.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { Issued } from '../tickets/issue-ticket.ts';
import { accessTokenType } from '../request/parse-token-request.ts';
import { renderTokenWithin } from './render-values.ts';

/**
 * A token of the broker's own as {@link https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1} answers it. The caller
 * wipes the answer, and the token.
 */
export function renderAccessToken({ token, ticket, issuedAt }: Issued): SecretBytes {
  const fields = {
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: secondsUntil(ticket.expiresAt, issuedAt),
    scope: ticket.policy,
  };
  return renderTokenWithin(`${JSON.stringify(fields).slice(0, -1)},"access_token":`, token, '}');
}

/** Whole seconds, so that nobody thinks it lasts longer. */
export function secondsUntil(end: Instant, now: Instant): number {
  return Math.max(0, Math.floor((end - now) / 1000));
}
