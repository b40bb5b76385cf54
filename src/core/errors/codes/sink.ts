import type { CatalogueEntry } from '../kinds.ts';

/** Writing secrets to where they are read. */
export const sinkCodes = {
  MAYFLY_SINK_NOT_OWNED: {
    kind: 'denied',
    message: 'there is a {namespace}/{name} already that mayfly did not make',
    hint: 'remove it, or give the secret another name: what is not of mayfly is never touched',
  },
  MAYFLY_SINK_NOT_ADOPTABLE: {
    kind: 'denied',
    message: 'the secret {namespace}/{name} is not taken over: it {problem}',
    hint: 'remove it, have whoever keeps it let go of it, or give the secret another name',
  },
  MAYFLY_SINK_CONFLICT: {
    kind: 'conflict',
    message: 'the secret {namespace}/{name} has changed since it was looked at',
  },
  MAYFLY_SINK_CONTESTED: {
    kind: 'conflict',
    message:
      '{manager} changes the secret {namespace}/{name} again and again: it is repaired after {seconds} s',
    hint: 'have one of the two let go of it: configure the other one, or remove it from the source',
  },
  MAYFLY_SINK_NAME: {
    kind: 'invalid',
    message: 'the secret {namespace}/{name} has a name or a key that cannot name a file',
    hint: 'use lower-case DNS names, and keys of letters, digits, dot, dash and underscore that do not begin with ".."',
  },
  MAYFLY_SINK_NONE: {
    kind: 'invalid',
    message: 'no directory is configured for the secrets of the namespace {namespace}',
    hint: 'add an entry with this namespace to "sinks" in the configuration',
  },
  MAYFLY_SINK_DUPLICATE: {
    kind: 'invalid',
    message: 'the configuration has two sinks for {what}',
    hint: 'keep one sink for each namespace, each with a directory of its own',
  },
  MAYFLY_SINK_DIRECTORY_MISSING: {
    kind: 'unavailable',
    message: 'the directory {directory} of the namespace {namespace} is not there',
    hint: 'create it, for example with RuntimeDirectory= of the systemd unit',
  },
  MAYFLY_SINK_DIRECTORY_UNSAFE: {
    kind: 'denied',
    message: 'others than root and mayfly may change the directory {directory}',
    hint: 'make it the property of root or of the user mayfly runs as, writable by that user alone',
  },
  MAYFLY_SINK_ON_DISK: {
    kind: 'denied',
    message: 'the directory {directory} is not in memory',
    hint: 'use a tmpfs such as /run, or set "allowDisk" for this sink: what a disk held can be read again',
  },
  MAYFLY_SINK_ACCOUNT: {
    kind: 'invalid',
    message: 'the {what} {name} of the sink for {namespace} is not known on this machine',
    hint: 'use a name of /etc/passwd or /etc/group, or a number',
  },
  MAYFLY_SINK_OWNER_REFUSED: {
    kind: 'denied',
    message: '{path} cannot be given to the configured owner or group',
    hint: 'add the user mayfly runs as to the group, or grant it CAP_CHOWN and CAP_FOWNER',
  },
} as const satisfies Record<string, CatalogueEntry>;
