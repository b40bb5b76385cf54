import { ephemeralSecretStatusSchema } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { validate } from '#core/api/schema/validate.ts';
import type { ListedLease } from '#core/lease/decide-overdue.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import { readField } from '#core/text/read-field.ts';

/** A Secret of ours as the status of its object lists it. */
export interface ListedSecret extends ListedLease {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface ListedSecrets {
  readonly secrets: readonly ListedSecret[];
  /** How many more there are than the status has rows for; only a controller finds them. */
  readonly unlisted: number;
}

/** The Secrets of an EphemeralSecret by its status; none when that cannot be read. */
export function readListed({ metadata, spec, status }: KubeObject): ListedSecrets {
  const parsed = validate(ephemeralSecretStatusSchema, status ?? {}, 'status');
  if (parsed.kind === 'invalid') return { secrets: [], unlisted: 0 };
  const { secrets: rows = [], secretCount = rows.length } = parsed.value;
  const namespace = metadata.namespace ?? '';
  const lifetime: ListedSecret['lifetime'] =
    readField(spec, 'lifetime') === 'Once' ? 'Once' : 'Continuous';
  const secrets = rows.flatMap(({ name, uid, expiresAt }) => {
    const at = Date.parse(expiresAt);
    return Number.isNaN(at) ? [] : [{ namespace, name, uid, lifetime, expiresAt: at }];
  });
  return { secrets, unlisted: Math.max(0, secretCount - rows.length) };
}
