import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { ObjectRef, StoredObject, KindName } from '../api/object.ts';

/** What became of an object, told to whoever looks at it (a Kubernetes Event, a log line standalone). */
export interface ObjectEvent {
  readonly about: ObjectRef;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, short. */
  readonly reason: string;
  readonly message: string;
}

/**
 * Where Mayfly's own objects live: the Kubernetes API, or a folder of YAML with the state beside it.
 * Writes are conditional on `resourceVersion`. A watch that lost its place calls back for every object again.
 */
export interface ObjectApi {
  /**
   * Null only when the object is known to be gone: its Secrets are deleted then. One that cannot be read just now
   * keeps its last state, or this throws.
   */
  get(ref: ObjectRef): Promise<StoredObject | null>;
  /** Every object there is, or it throws: the Secrets of those that are absent are deleted. */
  list(kind: KindName): Promise<readonly StoredObject[]>;
  /**
   * Replaces the status. Writing an equal status costs nothing and changes no version. `MAYFLY_OBJECT_CONFLICT` when
   * the object has moved on or is gone.
   */
  writeStatus(ref: ObjectRef, status: object, resourceVersion: string): Promise<void>;
  recordEvent(event: ObjectEvent): Promise<void>;
  /** Calls back with each object that was added, changed or removed, until the signal ends it. */
  watch(kind: KindName, onChange: (ref: ObjectRef) => void, signal: AbortSignal): Promise<void>;
}

/** Reads key files of a namespace: `NAME/KEY`. Returns null when there is none. */
export interface KeyReader {
  readKey(namespace: string, name: string, key: string): Promise<SecretBytes | null>;
  /** Every key of `NAME`, in order of their names. */
  readKeys(namespace: string, name: string): Promise<ReadonlyMap<string, SecretBytes> | null>;
}
