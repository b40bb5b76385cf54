import { createError, isMayflyError, type MayflyError } from '../../errors/mayfly-error.ts';
import { checkSelector } from '../../labels/label-selector.ts';
import { checkAnnotations, checkLabels, checkSecretType } from '../../sync/metadata-rules.ts';
import { parseKeyTemplate } from '../../sync/content/render-keys.ts';
import { parseDuration } from '../duration.ts';
import { isObjectName, isSecretKey } from '../names.ts';
import type { EphemeralSecretSpec } from '../schema/ephemeral-secret-schema.ts';

const minTtlMs = 5_000;

/** What is wrong with a spec beyond its schema: everything at once. */
export function checkEphemeralSecret(spec: EphemeralSecretSpec): readonly MayflyError[] {
  return [
    ...checkPaths(spec),
    ...checkTimes(spec),
    ...checkLifetime(spec),
    ...checkTarget(spec),
    ...checkSelector(spec.clusters ?? {}, 'spec.clusters'),
  ];
}

function checkPaths(spec: EphemeralSecretSpec): readonly MayflyError[] {
  const paths = new Map([['spec.path', spec.path]]);
  for (const [index, pick] of (spec.target.secret?.keys ?? []).entries()) {
    if (pick.file !== undefined) paths.set(`spec.target.secret.keys[${index}].file`, pick.file);
  }
  return [...paths]
    .filter(([, path]) => path.split('/').includes('..'))
    .map(([field]) => wrong(field, 'must not leave the repository with ..'));
}

function checkTimes(spec: EphemeralSecretSpec): readonly MayflyError[] {
  const ttlMs = spec.ttl === undefined ? null : parseDuration(spec.ttl);
  if (ttlMs === null || ttlMs >= minTtlMs) return [];
  return [wrong('spec.ttl', 'must be at least 5s')];
}

/** What comes and goes with pods is no change that a workload is to be restarted for. */
function checkLifetime({
  lifetime,
  linger,
  restart = [],
}: EphemeralSecretSpec): readonly MayflyError[] {
  if (lifetime !== 'WhileInUse') {
    return linger === undefined
      ? []
      : [wrong('spec.linger', 'only goes with lifetime: WhileInUse')];
  }
  return restart.length === 0
    ? []
    : [wrong('spec.restart', 'does not go with lifetime: WhileInUse')];
}

function checkTarget(spec: EphemeralSecretSpec): readonly MayflyError[] {
  const secret = spec.target.secret;
  if (secret === undefined) return [];
  const at = 'spec.target.secret';
  return [
    ...(isObjectName(secret.name) ? [] : [wrong(`${at}.name`, 'must be a lower-case DNS name')]),
    ...[
      ...checkSecretType(secret.type ?? 'Opaque', `${at}.type`),
      ...checkLabels(secret.labels ?? {}, `${at}.labels`),
      ...checkAnnotations(secret.annotations ?? {}, `${at}.annotations`),
    ].map(({ field, problem }) => wrong(field, problem)),
    ...checkPicks(secret),
    ...checkTemplates(secret.template ?? {}),
  ];
}

function checkTemplates(templates: Readonly<Record<string, string>>): readonly MayflyError[] {
  const at = 'spec.target.secret.template';
  return Object.entries(templates).flatMap(([key, text]) => {
    if (!isSecretKey(key)) return [wrong(`${at}.${key}`, 'is no name of a key')];
    try {
      parseKeyTemplate(key, text);
      return [];
    } catch (error) {
      if (isMayflyError(error)) return [error];
      throw error;
    }
  });
}

function checkPicks(
  secret: NonNullable<EphemeralSecretSpec['target']['secret']>,
): readonly MayflyError[] {
  const at = 'spec.target.secret.keys';
  const picks = secret.keys ?? [];
  if (secret.from === 'keys' && picks.length === 0) {
    return [createError('MAYFLY_OBJECT_FIELD_MISSING', { field: at })];
  }
  if (secret.from !== 'keys' && picks.length > 0) return [wrong(at, 'only goes with from: keys')];
  const seen = new Set<string>();
  return picks.flatMap((pick, index) => {
    const field = `${at}[${index}].key`;
    if (!isSecretKey(pick.key)) return [wrong(field, 'must not begin with ..')];
    if (seen.has(pick.key)) return [wrong(field, 'names a key a second time')];
    seen.add(pick.key);
    return [];
  });
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem });
}
