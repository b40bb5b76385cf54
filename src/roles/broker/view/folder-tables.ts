import { formatRef } from '#core/api/object.ts';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import { createSerial } from '#platform/state/serial.ts';
import type { ObjectTables } from './create-view.ts';
import { keepers, keptKinds, type KeptKind, type KeptObject } from './keep-objects.ts';

export interface FolderTables extends ObjectTables {
  /** Reads again what changes, until the signal ends it. */
  follow(signal: AbortSignal): Promise<void>;
}

export interface FolderTablesDeps {
  readonly objects: Pick<ObjectApi, 'list' | 'watch'>;
  onFault(error: unknown): void;
}

interface Table<T> {
  get(key: string): T | null;
  /** The same array until it was read again. */
  list(): readonly T[];
  readAgain(): Promise<void>;
}

/** The objects of a folder, which are all the administrator's. Rejects when they cannot be listed. */
export async function openFolderTables(deps: FolderTablesDeps): Promise<FolderTables> {
  const { objects } = deps;
  const tables: { readonly [K in KeptKind]: Table<KeptObject[K]> } = {
    TokenIssuer: createTable(objects, 'TokenIssuer'),
    AccessPolicy: createTable(objects, 'AccessPolicy'),
    ClusterAccessPolicy: createTable(objects, 'ClusterAccessPolicy'),
    Store: createTable(objects, 'Store'),
    ClusterStore: createTable(objects, 'ClusterStore'),
  };
  await Promise.all(keptKinds.map(async (kind) => await tables[kind].readAgain()));
  const serial = createSerial();
  function issuers(): readonly TokenIssuer[] {
    return tables.TokenIssuer.list();
  }
  return {
    issuers,
    find: (kind, namespace, name) => tables[kind].get(formatRef({ namespace, name })),
    readTenancy: () => null,
    checkFresh: () => undefined,
    async follow(signal): Promise<void> {
      await Promise.all(
        keptKinds.map(async (kind) => {
          function onChange(): void {
            serial(kind, async () => await tables[kind].readAgain()).catch((error: unknown) =>
              deps.onFault(error),
            );
          }
          await objects.watch(kind, onChange, signal);
        }),
      );
    },
  };
}

function createTable<K extends KeptKind>(
  objects: Pick<ObjectApi, 'list'>,
  kind: K,
): Table<KeptObject[K]> {
  let kept: ReadonlyMap<string, KeptObject[K]> = new Map();
  let values: readonly KeptObject[K][] = [];
  return {
    get: (key) => kept.get(key) ?? null,
    list: () => values,
    async readAgain(): Promise<void> {
      const stored = await objects.list(kind);
      const read = stored.map(
        (object) => [formatRef(object.metadata), keepers[kind](object)] as const,
      );
      kept = new Map(
        read.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
      );
      values = [...kept.values()];
    },
  };
}
