import { catalogue } from '../errors/catalogue.ts';
import type { CatalogueEntry, ErrorKind } from '../errors/kinds.ts';

const lasting: ReadonlySet<ErrorKind> = new Set(['invalid', 'denied', 'corrupt', 'exceeded']);

/** These depend on what else is there, or on the load: an unchanged file may succeed later. */
const dependent: ReadonlySet<string> = new Set([
  'MAYFLY_SYNC_NAME_DUPLICATE',
  'MAYFLY_SYNC_SOURCE_MISSING',
  'MAYFLY_SYNC_CREDENTIALS_INCOMPLETE',
  'MAYFLY_SOPS_TIMEOUT',
]);
/** The repository, the sink and rights in the cluster heal without a change of the file, its keys or the object. */
const elsewhere = /^MAYFLY_(?:GIT|SINK|KUBE)_[A-Z_]+$/u;

/** Whether the failure stands until the file, the keys or the object change. Unknown codes are tried again. */
export function isLastingFailure(code: string): boolean {
  const entries: Readonly<Record<string, CatalogueEntry>> = catalogue;
  if (!Object.hasOwn(entries, code) || dependent.has(code) || elsewhere.test(code)) return false;
  const kind = entries[code]?.kind;
  return kind !== undefined && lasting.has(kind);
}
