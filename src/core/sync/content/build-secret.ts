import { createError } from '../../errors/mayfly-error.ts';
import type { SecretTarget } from '../../api/ephemeral-secret.ts';
import type { DesiredSecret } from '../../ports/secret-sink.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import { checkSize } from './check-size.ts';
import type { KeyValue } from './collect-values.ts';
import { renderKeys } from './render-keys.ts';

/** Where a Secret that is built from files belongs, and how messages name its origin. */
export interface BuildPlace {
  readonly namespace: string;
  readonly path: string;
}

/**
 * Collects the keys of one Secret file by file, so that never more than one file is open. Values that were added are
 * wiped by {@link SecretBuild.wipe}, also after a failure.
 */
export interface SecretBuild {
  /** Takes the values over. Throws `MAYFLY_SYNC_KEY_DUPLICATE` and `MAYFLY_SYNC_TOO_LARGE`. */
  add(path: string, values: readonly KeyValue[]): void;
  /**
   * Throws `MAYFLY_SYNC_EMPTY`, `MAYFLY_SYNC_VALUE_MISSING` for a listed key that no file gave, and what the templates
   * of the target throw.
   */
  finish(): DesiredSecret;
  wipe(): void;
}

export function createSecretBuild(target: SecretTarget, place: BuildPlace): SecretBuild {
  const values = new Map<string, SecretBytes>();
  const { name, type, labels, annotations } = target;
  const secret: DesiredSecret = {
    namespace: place.namespace,
    name,
    type,
    labels,
    annotations,
    values,
  };

  function add(path: string, found: readonly KeyValue[]): void {
    const twin = found.find(([key]) => values.has(key));
    if (twin !== undefined) {
      for (const [, value] of found) value.wipe();
      throw createError('MAYFLY_SYNC_KEY_DUPLICATE', { path, key: twin[0] });
    }
    for (const [key, value] of found) values.set(key, value);
    checkSize(secret, path);
  }

  function finish(): DesiredSecret {
    const missing = target.keys.find(({ key }) => !values.has(key));
    if (missing !== undefined) {
      const valuePath = missing.valuePath.join('.');
      throw createError('MAYFLY_SYNC_VALUE_MISSING', {
        path: missing.file ?? place.path,
        valuePath,
      });
    }
    if (values.size === 0) throw createError('MAYFLY_SYNC_EMPTY', { path: place.path });
    return target.template === null ? secret : renderValues(target.template);
  }

  function renderValues(templates: Readonly<Record<string, string>>): DesiredSecret {
    const rendered = renderKeys(templates, values, (made) => {
      checkSize({ ...secret, values: made }, place.path);
    });
    wipe();
    return { ...secret, values: rendered };
  }

  function wipe(): void {
    for (const value of values.values()) value.wipe();
  }

  return { add, finish, wipe };
}
