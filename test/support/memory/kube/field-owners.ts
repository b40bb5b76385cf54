import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import {
  isEqual,
  isMap,
  leavesOf,
  mapAt,
  mergePatch,
  spell,
  unspell,
  withoutLeaf,
  type JsonMap,
} from './json-tree.ts';

const ownedMetadata = new Set(['labels', 'annotations', 'finalizers', 'ownerReferences']);

/** Who wrote which fields, by `manager/operation`. The same manager owns apart what it applied and what it updated. */
export type FieldOwners = ReadonlyMap<string, ReadonlySet<string>>;

export interface OwnedObject {
  readonly object: KubeObject;
  readonly owners: FieldOwners;
}

/** The parts of an object that have owners: what the server writes itself has none. */
function ownedLeaves(object: object): ReadonlyMap<string, unknown> {
  const tree = new Map(Object.entries(object));
  const metadata = Object.entries(mapAt(object, 'metadata'));
  const written = metadata.filter(
    ([field, value]) => ownedMetadata.has(field) && value !== undefined,
  );
  for (const field of ['apiVersion', 'kind', 'metadata']) tree.delete(field);
  if (written.length > 0) tree.set('metadata', Object.fromEntries(written));
  return leavesOf(Object.fromEntries(tree));
}

/** The owner of an update owns what it added or changed; what it removed has no owner any more. */
export function ownUpdate(
  before: OwnedObject | null,
  after: KubeObject,
  owner: string,
): FieldOwners {
  const old = before === null ? new Map<string, unknown>() : ownedLeaves(before.object);
  const now = ownedLeaves(after);
  const changed = [...now].filter(
    ([path, value]) => !old.has(path) || !isEqual(old.get(path), value),
  );
  const paths = new Set(changed.map(([path]) => path));
  const owners = new Map<string, ReadonlySet<string>>();
  for (const [other, fields] of before?.owners ?? []) {
    owners.set(other, new Set([...fields].filter((path) => now.has(path) && !paths.has(path))));
  }
  owners.set(owner, new Set([...(owners.get(owner) ?? []), ...paths]));
  return withoutEmpty(owners);
}

/**
 * Server-side apply by force: the fields of the body are taken; fields of the last apply that are no longer in the
 * body go, unless somebody else owns them too; all others stay.
 */
export function applyFields(before: OwnedObject, body: object, owner: string): OwnedObject {
  const wanted = ownedLeaves(body);
  const given = before.owners.get(owner) ?? new Set<string>();
  const others = [...before.owners].filter(([name]) => name !== owner);
  const dropped = [...given].filter(
    (path) => !wanted.has(path) && !others.some(([, fields]) => fields.has(path)),
  );
  let tree: unknown = before.object;
  for (const path of dropped) tree = withoutLeaf(tree, unspell(path));
  const merged = mergePatch(tree, buildTree(wanted));
  const live = ownedLeaves(before.object);
  const owners = new Map<string, ReadonlySet<string>>(
    others.map(([name, fields]) => [
      name,
      new Set(
        [...fields].filter(
          (path) => !wanted.has(path) || isEqual(live.get(path), wanted.get(path)),
        ),
      ),
    ]),
  );
  owners.set(owner, new Set(wanted.keys()));
  return { object: merged as KubeObject, owners: withoutEmpty(owners) };
}

function withoutEmpty(owners: FieldOwners): FieldOwners {
  return new Map([...owners].filter(([, fields]) => fields.size > 0));
}

function buildTree(leaves: ReadonlyMap<string, unknown>): JsonMap {
  let tree: JsonMap = {};
  for (const [path, value] of leaves) {
    const branch = unspell(path).reduceRight<unknown>(
      (inner, field) => ({ [field]: inner }),
      value,
    );
    if (isMap(branch)) tree = mergePatch(tree, branch);
  }
  return tree;
}

/** As `metadata.managedFields` has it. */
export function renderOwners(owners: FieldOwners, apiVersion: string): readonly object[] {
  return [...owners].map(([owner, fields]) => {
    const [manager = '', operation = ''] = owner.split('/');
    const tree = new Map(
      [...fields].map((path) => [spell(unspell(path).map((field) => `f:${field}`)), {}]),
    );
    return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1: buildTree(tree) };
  });
}
