import type { CommandEntry } from './frame/command.ts';

/** The commands of a person, in the order of `mayfly --help`. Each file is loaded only when it is asked for. */
export const cliCommands: readonly CommandEntry[] = [
  {
    name: 'decrypt',
    summary: 'print the plaintext of an encrypted file',
    load: async () => (await import('./commands/decrypt.ts')).defineDecrypt,
  },
  {
    name: 'verify',
    summary: 'check that encrypted files are whole, without printing a value',
    load: async () => (await import('./commands/verify.ts')).defineVerify,
  },
  {
    name: 'encrypt',
    summary: 'encrypt a file for age and ssh recipients',
    load: async () => (await import('./commands/encrypt.ts')).defineEncrypt,
  },
  {
    name: 'keygen',
    summary: 'make an age identity to decrypt with, and print its recipient',
    load: async () => (await import('./commands/keygen.ts')).defineKeygen,
  },
  {
    name: 'status',
    summary: 'show what mayfly does: on this machine, or in a cluster',
    load: async () => (await import('./commands/status.ts')).defineStatus,
  },
  {
    name: 'reconcile',
    summary: 'have an object looked at now: on this machine, or in a cluster',
    load: async () => (await import('./commands/reconcile.ts')).defineReconcile,
  },
  {
    name: 'detach',
    summary: 'turn the leased secrets of a cluster into plain ones, before an uninstall',
    load: async () => (await import('./commands/detach.ts')).defineDetach,
  },
  {
    name: 'explain',
    summary: 'tell what would be done to a pod, or decided about a token, and by which rules',
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'policy',
    summary: 'check access policies, and try them on examples',
    load: async () => (await import('./commands/policy.ts')).definePolicy,
  },
  {
    name: 'migrate',
    summary: 'write the manifests of another injector with the annotations of mayfly',
    load: async () => (await import('./commands/migrate.ts')).defineMigrate,
  },
  {
    name: 'audit',
    summary: 'prove that an audit log of the broker is whole, and look things up in it',
    load: async () => (await import('./commands/audit.ts')).defineAudit,
  },
];
