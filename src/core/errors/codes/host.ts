import type { CatalogueEntry } from '../kinds.ts';

/** Folders, keys and programs of the machine Mayfly runs on. */
export const hostCodes = {
  MAYFLY_FOLDER_NOT_PLAIN: {
    kind: 'denied',
    message: '{path} is not a folder, or is a link to one',
    hint: 'put a real folder in its place: links are not followed here',
  },
  MAYFLY_FOLDER_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the folder {path} has more than {limit} entries',
    hint: 'keep fewer files in it',
  },
  MAYFLY_KEY_NAME: {
    kind: 'invalid',
    message: 'the key reference {reference} is not a NAMESPACE/NAME/KEY of plain names',
    hint: 'use lower-case DNS names for namespace and name; letters, digits, dot, dash, underscore for the key',
  },
  MAYFLY_KEY_EXPOSED: {
    kind: 'denied',
    message: 'the key file {path} may be read or changed by other users',
    hint: 'make it the property of root or of the user mayfly runs as, with mode 0400',
  },
  MAYFLY_OBJECT_PLAIN_SECRET: {
    kind: 'denied',
    message: 'a plain Secret lies among the objects',
    hint: 'remove it and change what it holds: encrypt the value, commit it, and let an EphemeralSecret name it',
  },
  MAYFLY_OBJECT_DUPLICATE: {
    kind: 'invalid',
    message: '{kind} {object} stands in {file} already',
    hint: 'keep it in one file only; the one it was first seen in counts',
  },
  MAYFLY_CHANGE_HOOK_FAILED: {
    kind: 'unavailable',
    message: 'the hook {name} failed: {reason}',
    hint: 'run it by hand as the user mayfly runs as; it runs again at the next change',
  },
  MAYFLY_STATUS_SOCKET: {
    kind: 'invalid',
    message: 'the socket {path} cannot be opened',
    hint: 'create its folder, writable by the user mayfly runs as, or set "status.socket" elsewhere',
  },
  MAYFLY_STATUS_NOT_RUNNING: {
    kind: 'unavailable',
    message: 'no mayfly answers at {path}',
    hint: 'start it with "mayfly standalone", or name its configuration with --config',
  },
  MAYFLY_STATUS_NOT_FOUND: {
    kind: 'invalid',
    message: 'there is no object {object}',
    hint: 'use NAMESPACE/NAME; "mayfly status" lists the objects',
  },
  MAYFLY_STATUS_NOT_READY: {
    kind: 'denied',
    message: '{count} of the objects are not ready',
    hint: 'the lines above say why',
  },
  MAYFLY_HTTP_LISTEN: {
    kind: 'invalid',
    message: 'cannot listen on {address} ({reason})',
    hint: 'choose another address in the configuration, or stop what uses this one',
  },
  MAYFLY_STATE_RECORD: {
    kind: 'corrupt',
    message: 'the record {path} in the state folder is damaged',
    hint: 'remove it; for a secret remove the folder of the secret too: both are written again',
  },
} as const satisfies Record<string, CatalogueEntry>;
