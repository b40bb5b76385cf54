import type { CatalogueEntry } from '../kinds.ts';

/** Files, streams, the reconcile loop and the HTTP server. */
export const platformCodes = {
  MAYFLY_FILE_MISSING: {
    kind: 'invalid',
    message: 'there is no file {path}',
    hint: 'create it, or correct the path in the configuration',
  },
  MAYFLY_FILE_UNREADABLE: {
    kind: 'invalid',
    message: '{path} cannot be read ({reason})',
    hint: 'let the user that mayfly runs as read it',
  },
  MAYFLY_FILE_NOT_REGULAR: {
    kind: 'invalid',
    message: '{path} is not a regular file',
    hint: 'links, folders, pipes and devices are refused here: put a regular file in its place',
  },
  MAYFLY_FILE_TOO_LARGE: {
    kind: 'exceeded',
    message: '{path} is larger than {limit} bytes',
    hint: 'make it smaller or raise its limit',
  },
  MAYFLY_FILE_UNSAFE_PATH: {
    kind: 'denied',
    message: 'the path {path} would lead out of {root}',
    hint: 'use a relative path without "..", empty parts, control characters or links',
  },
  MAYFLY_FILE_WRITE_FAILED: {
    kind: 'unavailable',
    message: '{path} cannot be written ({reason})',
    hint: 'look at the free space and at the rights of its folder',
  },
  MAYFLY_FOLDER_IN_USE: {
    kind: 'conflict',
    message: 'another mayfly is using the folder {path}',
    hint: 'stop the other one or give this one a folder of its own',
  },
  MAYFLY_STREAM_TOO_LARGE: {
    kind: 'exceeded',
    message: '{what} is larger than {limit} bytes',
    hint: 'make it smaller or raise its limit',
  },
  MAYFLY_STREAM_BROKEN: {
    kind: 'unavailable',
    message: '{what} ended before it was complete',
  },
  MAYFLY_RECONCILE_TIMEOUT: {
    kind: 'unavailable',
    message: 'the {controller} controller took longer than {seconds} s',
    hint: 'it is tried again; look at what it waits for',
  },
  MAYFLY_RECONCILE_STOPPED: {
    kind: 'unavailable',
    message: 'the {controller} controller was stopped before it was done',
  },
} as const satisfies Record<string, CatalogueEntry>;
