import type { VaultProvider } from '#core/api/store.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { StoreEndpoint } from '#platform/store/send-to-store.ts';

/** A Vault, or an OpenBao, and how one logs in there. */
export interface VaultOptions extends Omit<StoreEndpoint, 'address' | 'ca' | 'serverName'> {
  /** With the role of whoever logs in filled in. */
  readonly provider: Omit<VaultProvider, 'kind' | 'audience'>;
  readonly clock: Clock;
  /** What is put before the path of every read, without a slash at its end. */
  readonly pathPrefix?: string;
}

/** One request of Vault's API. */
export interface VaultRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/v1/`, with its query. */
  readonly path: string;
  /** JSON. It is wiped once the request is through. */
  readonly body: Uint8Array | null;
  readonly token: SecretBytes | null;
  /** Null is the root. */
  readonly namespace: string | null;
}

export interface VaultAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Wiped by who asked. */
  readonly body: Uint8Array;
}

/** How requests reach a Vault: over node-vault, or plainly. */
export type CallVault = (request: VaultRequest, signal: AbortSignal) => Promise<VaultAnswer>;
