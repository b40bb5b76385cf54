import { catalogue } from '../errors/catalogue.ts';
import type { CatalogueEntry, ErrorKind } from '../errors/kinds.ts';

const lasting: ReadonlySet<ErrorKind> = new Set(['invalid', 'denied', 'corrupt', 'exceeded']);

/** These depend on what else is there, so an unchanged file may succeed later. */
const dependent: ReadonlySet<string> = new Set(['MAYFLY_SYNC_NAME_DUPLICATE']);

/** Whether the failure stands until the file, the keys or the object change. Unknown codes are tried again. */
export function isLastingFailure(code: string): boolean {
  const entries: Readonly<Record<string, CatalogueEntry>> = catalogue;
  if (!Object.hasOwn(entries, code) || dependent.has(code)) return false;
  const kind = entries[code]?.kind;
  return !code.startsWith('MAYFLY_SINK_') && kind !== undefined && lasting.has(kind);
}
