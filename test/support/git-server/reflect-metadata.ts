/**
 * The part of the reflect-metadata polyfill that the X.509 library's injector asks for. Imported before it, for
 * its effect alone.
 */
type Keyed = Map<unknown, unknown>;

const tables = new WeakMap<object, Keyed>();

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const table = tables.get(target) ?? new Map<unknown, unknown>();
  table.set(key, value);
  tables.set(target, table);
}

function getOwnMetadata(key: unknown, target: object): unknown {
  return tables.get(target)?.get(key);
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata: getOwnMetadata });
}
