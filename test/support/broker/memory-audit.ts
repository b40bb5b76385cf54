import { createError } from '#core/errors/mayfly-error.ts';
import type { AuditEvent, AuditLog } from '#core/ports/broker/audit-log.ts';

/** An {@link AuditLog} in memory, which can be told that the disk is full. */
export interface MemoryAudit extends AuditLog {
  readonly events: readonly AuditEvent[];
  breakWith(reason: string | null): void;
}

export function createMemoryAudit(onAppend: () => void = () => undefined): MemoryAudit {
  const events: AuditEvent[] = [];
  let fault: string | null = null;
  function put(event: AuditEvent): void {
    if (fault !== null) throw createError('MAYFLY_AUDIT_UNAVAILABLE', { reason: fault });
    events.push(event);
  }
  return {
    events,
    breakWith: (reason) => void (fault = reason),
    async append(event): Promise<void> {
      onAppend();
      put(event);
    },
    note: put,
    head: () => ({ instance: 'memory', sequence: events.length, hash: '0'.repeat(64) }),
    close: async () => undefined,
  };
}
