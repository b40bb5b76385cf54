import type { Caller, Ticket } from '../../broker/asked.ts';
import type { Identity } from '../../identity/identity.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';

/** Whom a token of the broker's own stands for. */
export interface TicketCaller extends Caller {
  readonly ticket: Ticket;
}

/**
 * Remembers the tokens of the broker's own, for one broker or for many, each until its end. Every call throws
 * `MAYFLY_REPLAY_UNAVAILABLE` while nothing can be remembered or looked up: that is no word about the token.
 */
export interface TicketStore {
  /** Copies the identity token, where it is needed again. Throws `MAYFLY_BROKER_FULL`, also when the subject has its share. */
  keep(token: SecretBytes, caller: TicketCaller, signal: AbortSignal): Promise<void>;
  /**
   * Null for one that is over, was revoked or never was. Its identity token is a copy that is wiped by who asked. What
   * others may have written is proven again: this throws what {@link TokenVerifier.verify} does too.
   */
  find(token: SecretBytes, signal: AbortSignal): Promise<TicketCaller | null>;
  /** Of whom it was kept for. One that is not there is no error. */
  revoke(
    token: SecretBytes,
    holder: Pick<Identity, 'issuer' | 'subject'>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Wipes what is held of identity tokens in this process. */
  close(): Promise<void>;
}
