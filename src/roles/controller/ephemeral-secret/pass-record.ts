import type {
  EphemeralSecretStatus,
  FailureRow,
} from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretLease } from '#core/ports/secret-sink.ts';

/** A Secret of ours as it stands at this moment of the pass. */
export interface HeldSecret {
  readonly name: string;
  readonly uid: string;
  readonly lease: SecretLease;
}

/** What came of a pass so far. */
export interface PassRecord {
  readonly secrets: ReadonlyMap<string, HeldSecret>;
  readonly failures: ReadonlyMap<string, FailureRow>;
  /** Failures that may pass by themselves. */
  readonly transient: readonly MayflyError[];
  readonly wrote: boolean;
  /** Whether bytes were written that were not there before. */
  readonly replaced: boolean;
  /** The status as it is stored now. */
  readonly status: EphemeralSecretStatus;
  keep(secret: HeldSecret, written: 'content' | 'lease'): void;
  drop(name: string): void;
  /** Notes a failure of one path; what concerns more than that path goes through: a bug, a namespace that ends. */
  fail(at: { readonly path: string; readonly origin: string }, error: unknown): void;
  storeStatus(status: EphemeralSecretStatus): void;
}

export interface PassStart {
  readonly secrets: readonly HeldSecret[];
  readonly failures: readonly FailureRow[];
  readonly status: EphemeralSecretStatus;
  /** The commit that is looked at. */
  readonly commit: string;
}

export function createPassRecord(start: PassStart): PassRecord {
  return new Record(start);
}

class Record implements PassRecord {
  readonly secrets = new Map<string, HeldSecret>();
  readonly failures = new Map<string, FailureRow>();
  readonly transient: MayflyError[] = [];
  readonly #commit: string;
  wrote = false;
  replaced = false;
  status: EphemeralSecretStatus;

  constructor({ secrets, failures, status, commit }: PassStart) {
    for (const secret of secrets) this.secrets.set(secret.name, secret);
    for (const row of failures) this.failures.set(row.path, row);
    this.status = status;
    this.#commit = commit;
  }

  keep(secret: HeldSecret, written: 'content' | 'lease'): void {
    this.secrets.set(secret.name, secret);
    this.wrote = true;
    if (written === 'content') this.replaced = true;
  }

  drop(name: string): void {
    this.secrets.delete(name);
    this.wrote = true;
  }

  fail({ path, origin }: { readonly path: string; readonly origin: string }, error: unknown): void {
    if (!isMayflyError(error) || error.kind === 'bug') throw error;
    if (error.code === 'MAYFLY_KUBE_NAMESPACE_ENDING') throw error;
    if (error.retry !== 'never') this.transient.push(error);
    const { code, message } = error;
    this.failures.set(path, { path, code, message, commit: this.#commit, origin });
  }

  storeStatus(status: EphemeralSecretStatus): void {
    this.status = status;
    this.wrote = true;
  }
}
