import { isRecord } from '../../text/read-field.ts';
import { identify } from './covers.ts';

/** One step of a JSON patch, see {@link https://www.rfc-editor.org/rfc/rfc6902}. */
export interface PatchStep {
  readonly op: 'add' | 'replace' | 'remove';
  /** A JSON pointer. */
  readonly path: string;
  readonly value?: unknown;
}

/**
 * The steps from one JSON value to another, in the order in which they are to be made. Elements put into a list are
 * added where they stand; an object that loses a field is replaced as a whole.
 */
export function diffJson(before: unknown, after: unknown, path = ''): readonly PatchStep[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (!isRecord(before) || !isRecord(after)) return [{ op: 'replace', path, value: after }];
  if (Object.keys(before).some((key) => !Object.hasOwn(after, key))) {
    return [{ op: 'replace', path, value: after }];
  }
  return Object.entries(after).flatMap(([key, value]): readonly PatchStep[] => {
    const inner = `${path}/${escapeKey(key)}`;
    return Object.hasOwn(before, key)
      ? diffJson(before[key], value, inner)
      : [{ op: 'add', path: inner, value }];
  });
}

/** Both lists are walked at once: what is only in the second one was put in. */
function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly PatchStep[] {
  const steps: PatchStep[] = [];
  let at = 0;
  for (const [index, value] of after.entries()) {
    if (at < before.length && isSame(before[at], value)) {
      steps.push(...diffJson(before[at], value, `${path}/${index}`));
      at += 1;
    } else {
      steps.push({ op: 'add', path: `${path}/${index}`, value });
    }
  }
  return at === before.length ? steps : [{ op: 'replace', path, value: after }];
}

function isSame(before: unknown, after: unknown): boolean {
  if (Object.is(before, after)) return true;
  const identity = identify(before);
  return identity === null
    ? JSON.stringify(before) === JSON.stringify(after)
    : identity === identify(after);
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
