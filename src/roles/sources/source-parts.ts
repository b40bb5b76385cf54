import type { GitSourceStatus } from '#core/api/schema/git-source-schema.ts';
import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type {
  EntryRefusal,
  GitFile,
  GitLimits,
  GitRepository,
} from '#core/ports/git/git-repository.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import type { TenancyMemory, TenancyParts } from '../tenancy/tenancy-parts.ts';

/** What the last look at a source told. */
export type SourceCheck =
  | { readonly kind: 'verified'; readonly at: Instant }
  | { readonly kind: 'unreachable'; readonly verifiedAt: Instant | null }
  | { readonly kind: 'refused'; readonly error: MayflyError }
  | { readonly kind: 'suspended' };

/** When the source verified last; null where that is not known, or it was refused since. */
export function readVerifiedAt(check: SourceCheck): Instant | null {
  if (check.kind === 'verified') return check.at;
  return check.kind === 'unreachable' ? check.verifiedAt : null;
}

/** The listing of the accepted commit. */
export interface AcceptedTree {
  readonly commit: string;
  /** Of the object that says what is included. */
  readonly generation: number;
  /** Digest of paths and contents. */
  readonly digest: string;
  /** Sorted by path. */
  readonly files: readonly GitFile[];
  /** Entries that are never read, by path. */
  readonly unreadable: ReadonlyMap<string, EntryRefusal>;
}

export interface SourceView {
  readonly check: SourceCheck;
  /** Null when no commit was accepted, or its listing is not at hand. */
  readonly tree: AcceptedTree | null;
}

/** What was accepted of a source, and from where. */
export interface SourceRecord extends Pick<
  GitSourceStatus,
  'revision' | 'tag' | 'origin' | 'files' | 'digest' | 'forcedBy'
> {
  /** When it was last known to be what the host shows; absent where nobody writes that down. */
  readonly verifiedAt?: Instant;
}

/** Whether the same was accepted, whenever that was verified. */
export function isSameRecord(before: SourceRecord, after: SourceRecord): boolean {
  const fields = ['revision', 'tag', 'origin', 'files', 'digest', 'forcedBy'] as const;
  return fields.every((field) => before[field] === after[field]);
}

/** Where a process keeps what it accepted beyond its own end. */
export interface SourceRecords {
  /** Throws when it cannot be told what was accepted: then nothing is. */
  read(object: StoredObject): SourceRecord;
  /** Told at each look that verified, also when nothing is new. Whether anything was written. */
  write(accepted: AcceptedSource): Promise<boolean>;
  forget(ref: ObjectRef): Promise<void>;
}

/** A revision that was accepted just now. */
export interface AcceptedSource {
  readonly object: StoredObject;
  readonly before: SourceRecord;
  readonly record: SourceRecord;
  /** It does not descend from the one before. */
  readonly rewound: boolean;
}

/** Who works with the files of sources. */
export interface SourceFollowers {
  /** Those whom a change of these files concerns; null is every change. */
  findDependents(
    source: ObjectRef,
    changed: readonly string[] | null,
  ): Promise<readonly ObjectRef[]>;
  /** Those of the files that somebody is going to ask for. */
  findWanted(source: ObjectRef, files: readonly GitFile[]): Promise<readonly GitFile[]>;
  /** Has a dependent looked at soon. */
  enqueue(ref: ObjectRef): void;
}

/** Lost at the end of the program on purpose: after a start every source is asked before anything is decided. */
export interface SourceMemory extends TenancyMemory {
  /** By `namespace/name`. */
  readonly sources: Map<string, SourceView>;
}

/** What follows GitSources, in whichever process. */
export interface SourceParts {
  readonly objects: Pick<ObjectApi, 'get' | 'list'>;
  readonly keys: KeyReader;
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly digest: Pick<Digest, 'sha256Hex'>;
  readonly tenancy: TenancyParts | null;
  readonly memory: SourceMemory;
  /** What the administrator allows. */
  readonly options: { readonly git: GitLimits };
  readonly records: SourceRecords;
  readonly followers: SourceFollowers;
}
