/** One state of one object. */
export interface ObjectVersion {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Whose namespace and name: whatever stands there. */
export type ObjectPlace = Pick<ObjectVersion, 'namespace' | 'name'>;

export function isSameVersion(a: ObjectVersion | null, b: ObjectVersion | null): boolean {
  return a?.uid === b?.uid && a?.resourceVersion === b?.resourceVersion;
}

export function renderPlace({ namespace, name }: ObjectPlace): string {
  return `${namespace}/${name}`;
}
