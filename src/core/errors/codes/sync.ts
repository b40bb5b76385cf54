import type { CatalogueEntry } from '../kinds.ts';

/** Turning files into Secrets. */
export const syncCodes = {
  MAYFLY_SYNC_NOT_ENCRYPTED: {
    kind: 'invalid',
    message: '{path} is not encrypted in a known format',
    hint: 'encrypt the file, or leave it out with spec.path or with spec.include of the source',
  },
  MAYFLY_SYNC_MANIFEST_INVALID: {
    kind: 'invalid',
    message: '{path}: in document {document}, {field} {problem}',
    hint: 'write a v1 Secret with metadata, type, data and stringData only',
  },
  MAYFLY_SYNC_MANIFEST_REFUSED: {
    kind: 'denied',
    message: '{path}: in document {document}, {field} {problem}',
    hint: 'remove the field or change it; what steers other controllers or grants rights does not come from git',
  },
  MAYFLY_SYNC_VALUE_MISSING: {
    kind: 'invalid',
    message: '{path} has no value at {valuePath}',
    hint: 'correct valuePath, or add the value to the file',
  },
  MAYFLY_SYNC_VALUE_NESTED: {
    kind: 'invalid',
    message: '{path} has a map or a list at {valuePath}, where one value is needed',
    hint: 'pick single values with from: keys, or take the whole file with from: file',
  },
  MAYFLY_SYNC_KEY_NAME: {
    kind: 'invalid',
    message: '{path} has {key}, which cannot be the key of a Secret',
    hint: 'use letters, digits, dots, dashes and underscores only, and no two dots at the start',
  },
  MAYFLY_SYNC_KEY_DUPLICATE: {
    kind: 'invalid',
    message: '{path} gives the key {key} that another file gives already',
    hint: 'give each key in one file only',
  },
  MAYFLY_SYNC_NAME_DUPLICATE: {
    kind: 'invalid',
    message: '{path} makes the Secret {name} that {other} makes already',
    hint: 'give each Secret a name of its own',
  },
  MAYFLY_SYNC_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the Secret {name} from {path} is larger than {limit} bytes',
    hint: 'split it into several Secrets',
  },
  MAYFLY_SYNC_TOO_MANY_FILES: {
    kind: 'exceeded',
    message: 'there are more than {limit} files at {path}',
    hint: 'narrow spec.path, or split the object',
  },
  MAYFLY_SYNC_EMPTY: {
    kind: 'invalid',
    message: '{path} gives no Secret or one without a key',
    hint: 'add a value, or remove the file',
  },
  MAYFLY_SYNC_PATH_MISSING: {
    kind: 'invalid',
    message: 'the accepted commit has no file at {path}',
    hint: 'correct spec.path, or add the file to the repository',
  },
  MAYFLY_SYNC_KEY_MISSING: {
    kind: 'invalid',
    message: 'there is no decryption key {reference}',
    hint: 'create the key in the namespace of the object, or correct spec.decryption.keys',
  },
  MAYFLY_SYNC_ROLLBACK: {
    kind: 'denied',
    message: '{path} says it is older than the version before it',
    hint: 'encrypt it anew, set rollback: Warn on the source, or allow it once with the force annotation',
  },
  MAYFLY_SYNC_SOURCE_MISSING: {
    kind: 'invalid',
    message: 'there is no GitSource {source}',
    hint: 'create it in the namespace of the object, or correct spec.sourceRef',
  },
  MAYFLY_SYNC_SOURCE_REFUSED: {
    kind: 'denied',
    message: 'the source {source} does not verify: leases are not renewed ({code})',
    hint: 'see the conditions of the source',
  },
  MAYFLY_SYNC_PLACE: {
    kind: 'invalid',
    message: '{field} only works {where}',
    hint: 'remove it from the object',
  },
  MAYFLY_SYNC_WORKLOAD_MISSING: {
    kind: 'invalid',
    message: 'there is no {workload} to restart in namespace {namespace}',
    hint: 'create it, or correct spec.restart',
  },
  MAYFLY_SYNC_HOOK_UNKNOWN: {
    kind: 'invalid',
    message: 'there is no hook {name} in the configuration',
    hint: 'ask the administrator for the names of hooks that restart may use',
  },
  MAYFLY_SYNC_CREDENTIALS_INCOMPLETE: {
    kind: 'invalid',
    message: 'the credentials {name} of the source have no {key}',
    hint: 'add the key; the reference of GitSource lists the keys of each type',
  },
} as const satisfies Record<string, CatalogueEntry>;
