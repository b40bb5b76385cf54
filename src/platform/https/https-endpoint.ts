import type { LookupAddress } from 'node:dns';
import type { MayflyError } from '#core/errors/mayfly-error.ts';

/** Where a server is, how it proves itself, and what is taken from it. */
export interface HttpsEndpoint {
  /** The error for what went wrong, in the words of whom it went wrong for. */
  readonly failureOf: (failure: HttpsFailure, cause?: unknown) => MayflyError;
  /** `https://HOST[:PORT]`. */
  readonly address: string;
  /** PEM certificates to trust instead of those of the system. */
  readonly ca: string | null;
  /** The name that its certificate must bear; null is the host of the address. */
  readonly serverName: string | null;
  /** Throws when this IP address may not be dialled. Asked for each connection, about the very address that is dialled. */
  checkAddress(address: string): void;
  /** Finds the addresses of a host; the system's resolver when absent. */
  readonly resolve?: ResolveHost;
  /** Of a whole call. Default 10 s. */
  readonly timeoutMs?: number;
  /** The longest answer. Default 4 MiB. */
  readonly answerBytes?: number;
}

export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>;

/** Why no answer could be had. */
export type HttpsFailure =
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly host: string }
  /** Nobody whom we trust signed its certificate. */
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'misnamed'; readonly name: string }
  /** What was given as certificates to trust is none. */
  | { readonly kind: 'no-ca' }
  | { readonly kind: 'redirected' }
  | { readonly kind: 'too-large'; readonly limit: number };
