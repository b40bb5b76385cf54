import type { LogFields } from './logger.ts';
import { renderError } from './render-error.ts';

const longestText = 2048;

/** The fields that are written, in this order; anything else given is dropped. */
const fieldNames: readonly Exclude<keyof LogFields, 'error'>[] = [
  'controller',
  'store',
  'accessor',
  'namespace',
  'name',
  'reconcileID',
  'reason',
  'detail',
  'path',
  'revision',
  'address',
  'signal',
  'version',
  'instance',
  'sequence',
  'hash',
  'durationMs',
  'count',
];

/** The fields as they are written: known ones alone, long texts cut. */
export function pickFields(fields: LogFields = {}): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (typeof value === 'string') picked[name] = value.slice(0, longestText);
    else if (typeof value === 'number') picked[name] = value;
  }
  if (fields.error !== undefined) picked['error'] = renderError(fields.error);
  return picked;
}
