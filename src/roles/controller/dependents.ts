import { normalisePath } from '#core/api/ephemeral-secret.ts';
import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import type { ControllerParts } from './controller-parts.ts';
import type { UsageMemory } from './controller-memory.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import { readField } from '#core/text/read-field.ts';

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
  const reached = changed === null ? null : new Set(changed.flatMap(listRoots));
  return all
    .filter((object) => follows(object, source) && (reached === null || touches(object, reached)))
    .map(({ kind, metadata: { namespace, name } }) => ({ kind, namespace, name }));
}

/** Those of the files that some EphemeralSecret of the source stands at or above. */
export async function findFollowed<F extends { readonly path: string }>(
  objects: ObjectApi,
  source: ObjectRef,
  files: readonly F[],
): Promise<readonly F[]> {
  const all = await objects.list('EphemeralSecret');
  const roots = new Set(all.filter((object) => follows(object, source)).map(readRoot));
  return files.filter(({ path }) => listRoots(path).some((root) => roots.has(root)));
}

/** Whether its Secrets are there only while they are used. */
export function isWhileInUse({ spec }: StoredObject): boolean {
  return readField(spec, 'lifetime') === 'WhileInUse';
}

/** The EphemeralSecrets that make one of these Secrets, or may do so, for the pods of a namespace. */
export async function findSuppliers(
  { objects, memory }: Pick<ControllerParts, 'objects' | 'memory'>,
  namespace: string,
  names: readonly string[],
): Promise<readonly ObjectRef[]> {
  const wanted = new Set(names);
  const all = await objects.list('EphemeralSecret');
  return all
    .filter((object) => object.metadata.namespace === namespace && isWhileInUse(object))
    .filter((object) => mayMake(object, wanted, memory.usage.get(object.metadata.uid)))
    .map(({ kind, metadata: { name } }) => ({ kind, namespace, name }));
}

/** What its files make is known only after they were opened once. */
function mayMake(
  { spec }: StoredObject,
  wanted: ReadonlySet<string>,
  usage: UsageMemory | undefined,
): boolean {
  const built = readField(spec, 'target', 'secret', 'name');
  if (typeof built === 'string') return wanted.has(built);
  if (usage === undefined || usage.made.size === 0) return true;
  return [...usage.made.values()].some((made) => made.names.some((name) => wanted.has(name)));
}

function follows({ metadata, spec }: StoredObject, source: ObjectRef): boolean {
  return (
    metadata.namespace === source.namespace && readField(spec, 'sourceRef', 'name') === source.name
  );
}

function touches(object: StoredObject, reached: ReadonlySet<string>): boolean {
  const root = readRoot(object);
  return root !== null && reached.has(root);
}

function readRoot({ spec }: StoredObject): string | null {
  const path = readField(spec, 'path');
  return typeof path === 'string' ? normalisePath(path) : null;
}

/** Every path that a file is at or below: itself, its folders, and the whole repository. */
function listRoots(file: string): readonly string[] {
  const steps = file.split('/');
  return ['', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))];
}
