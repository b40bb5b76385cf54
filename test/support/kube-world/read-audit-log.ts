import { readFile } from 'node:fs/promises';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';

/** A request by the audit log of the API server. */
export interface AuditedRequest {
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** What came through the proxy of a replica. */
export async function readAuditLog(
  cluster: Cluster,
  replica: string,
): Promise<readonly AuditedRequest[]> {
  const text = await readFile(cluster.auditLogFile, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as AuditedRequest)
    .filter(({ userAgent }) => userAgent?.endsWith(` ${replica}`) === true);
}

const changes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export function isChange({ verb }: AuditedRequest): boolean {
  return changes.has(verb);
}
