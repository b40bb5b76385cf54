import type { ObjectRef } from '#core/api/object.ts';
import type { TtlBounds } from '#core/lease/clamp-ttl.ts';
import type { Decryptor } from '#core/ports/decryptor.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { FileRenderer } from '#core/ports/file-renderer.ts';
import type { GitLimits, GitRepository } from '#core/ports/git/git-repository.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { PodGates } from '#core/ports/kube/pod-gates.ts';
import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { SecretUsage } from '#core/ports/kube/secret-usage.ts';
import type { SecretSink } from '#core/ports/secret-sink.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { Workloads } from '#core/ports/kube/workloads.ts';
import type { Place } from '#core/sync/check-place.ts';
import type { StoreParts } from '../stores/store-parts.ts';
import type { TenancyParts } from '../tenancy/tenancy-parts.ts';
import type { ControllerMemory } from './controller-memory.ts';

/** Content of Secrets changed, and the object asks for hooks of the administrator's to be run. */
export interface ContentChange {
  readonly owner: ObjectRef;
  readonly hooks: readonly string[];
}

/** What the administrator allows. */
export interface ControllerOptions {
  readonly place: Place;
  /** What `clusters` of an EphemeralSecret selects by. */
  readonly clusterLabels: Readonly<Record<string, string>>;
  readonly ttl: TtlBounds;
  readonly git: GitLimits;
  /** How many files one EphemeralSecret may be made from. */
  readonly maxFiles: number;
  /** Names that `restart` may use. */
  readonly hooks: ReadonlySet<string>;
}

/** What restarts workloads. */
export interface RolloutParts {
  readonly workloads: Workloads;
  readonly random: Random;
}

/** What the reconcilers of this role work with. */
export interface ControllerParts {
  readonly objects: ObjectApi;
  readonly sink: SecretSink;
  readonly keys: KeyReader;
  readonly git: GitRepository;
  /** Asked in this order. */
  readonly decryptors: readonly Decryptor[];
  readonly renderFile: FileRenderer;
  /** By which leases are counted: the server's where there is one. */
  readonly clock: Clock;
  /** Null without a server. */
  readonly serverTime: ServerTime | null;
  readonly digest: Digest;
  readonly memory: ControllerMemory;
  readonly options: ControllerOptions;
  /** Which Secrets pods use; null without a cluster. */
  readonly usage: SecretUsage | null;
  /** The pods that wait for Secrets; null without a cluster. */
  readonly gates: PodGates | null;
  /** What restarts workloads; null without a cluster, where hooks are run. */
  readonly rollouts: RolloutParts | null;
  /** Null without a cluster, where there are no stores. */
  readonly stores: StoreParts | null;
  /** Null without a cluster: there the configuration alone says what is allowed. */
  readonly tenancy: TenancyParts | null;
  /** Has an object looked at soon. */
  enqueue(ref: ObjectRef): void;
  /** Runs hooks; may be called again for the same content after a crash. */
  onChange(change: ContentChange): Promise<void>;
}
