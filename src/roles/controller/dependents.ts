import { normalisePath } from '#core/api/ephemeral-secret.ts';
import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';

/**
 * The EphemeralSecrets that follow a source. With `changed`, only those at whose path one of these files stands. Specs
 * are only glanced at here: a wrong one depends on nothing.
 */
export async function findDependents(
  objects: ObjectApi,
  source: ObjectRef,
  changed: readonly string[] | null,
): Promise<readonly ObjectRef[]> {
  const all = await objects.list('EphemeralSecret');
  return all
    .filter((object) => follows(object, source) && (changed === null || touches(object, changed)))
    .map(({ kind, metadata: { namespace, name } }) => ({ kind, namespace, name }));
}

function follows({ metadata, spec }: StoredObject, source: ObjectRef): boolean {
  return (
    metadata.namespace === source.namespace &&
    readField(readField(spec, 'sourceRef'), 'name') === source.name
  );
}

function touches({ spec }: StoredObject, changed: readonly string[]): boolean {
  const path = readField(spec, 'path');
  if (typeof path !== 'string') return false;
  const root = normalisePath(path);
  const folder = `${root}/`;
  return root === '' || changed.some((file) => file === root || file.startsWith(folder));
}

function readField(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
