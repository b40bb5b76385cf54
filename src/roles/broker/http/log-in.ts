import { issueTicket } from '#core/broker/tickets/issue-ticket.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { withToken, type Answering, type RouteDeps } from './answering.ts';

export interface Login {
  /** The caller's identity token. It is wiped. */
  readonly token: SecretBytes;
  readonly policy: string;
}

/** A token of the broker's own for an identity token, in whichever protocol it was asked for. */
export async function logIn(
  { parts }: RouteDeps,
  { id, address, signal }: Answering,
  { token, policy }: Login,
): ReturnType<typeof issueTicket> {
  const asked = { id, event: 'token', token, policy, wanted: [], ttlMs: null, address } as const;
  return await withToken(token, async () => await issueTicket(parts, asked, signal));
}
