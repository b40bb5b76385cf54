import type { CatalogueEntry } from '../kinds.ts';

/** The audit log of the broker. `{path}` is a file of it, `{instance}` one run of the process. */
export const auditCodes = {
  MAYFLY_AUDIT_BROKEN: {
    kind: 'corrupt',
    message: 'the audit log is not whole (problems: {problems}); {path}, line {line}: {problem}',
    hint: 'compare it with a copy that was kept elsewhere; what stands before the first problem can be trusted',
  },
  MAYFLY_AUDIT_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'the audit log cannot be written: {reason}',
    hint: 'make room, or give it a folder that can be written to; no value leaves until then',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
