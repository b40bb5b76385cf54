import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { KindName, ObjectRef } from '#core/api/object.ts';
import type { ObjectApi, ObjectEvent } from '#core/ports/object-api.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { FileFault } from '#platform/folders/list-yaml-files.ts';
import { rememberBy } from '#platform/state/remember-by.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import { openObjectStore, type ObjectStore } from './object-store.ts';
import { confirmMs, createScan, type Scan, type ScanResult } from './scan-folder.ts';
import { renderObject } from './schema.ts';

export interface ObjectFolderDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each fault of a file once, when it appears. */
  onFault(fault: FileFault): void;
  onEvent(event: ObjectEvent): void;
  readonly onStep?: Steps;
}

export interface ObjectFolderOptions {
  readonly folder: string;
  /** A folder of Mayfly's own that survives restarts. */
  readonly stateFolder: string;
}

/** The objects of a folder; see readme.md. */
export interface ObjectFolder extends ObjectApi {
  /** What is wrong in the folder at the moment. */
  listFaults(): readonly FileFault[];
  /** Follows the folder until the signal ends it. */
  follow(signal: AbortSignal): Promise<void>;
}

const debounceMs = 100;
const rescanMs = 30_000;

/** The same object as long as nothing of it changes. */
const render = rememberBy(renderObject);

/**
 * Opens the {@link ObjectApi} over a folder of YAML and looks at it once. Throws when the folder cannot be listed;
 * faults of single files are told to `onFault`.
 */
export async function openObjectFolder(
  deps: ObjectFolderDeps,
  options: ObjectFolderOptions,
): Promise<ObjectFolder> {
  const { clock, random, onStep = noSteps } = deps;
  const onFault = faultOf(deps, options.stateFolder);
  const state = join(options.stateFolder, 'objects');
  const store = await openObjectStore({ clock, random, onStep, onFault }, state);
  const scan = createScan(options.folder, store, clock);
  const folder = new FolderFollower(deps, options.folder, scan);
  await folder.look();
  return createObjectFolder(deps, store, folder);
}

function faultOf(deps: ObjectFolderDeps, path: string): (error: unknown) => void {
  return (error) => deps.onFault({ path, error });
}

function createObjectFolder(
  deps: ObjectFolderDeps,
  store: ObjectStore,
  follower: FolderFollower,
): ObjectFolder {
  return {
    async get(ref) {
      const record = store.get(ref);
      return record === null ? null : render(record);
    },
    list: async (kind) => store.all(kind).map(render),
    writeStatus: async (ref, status, version) => await store.writeStatus(ref, status, version),
    recordEvent: async (event) => deps.onEvent(event),
    async watch(kind, onChange, signal): Promise<void> {
      const listener = { kind, onChange };
      follower.listeners.add(listener);
      for (const { namespace, name } of store.all(kind)) onChange({ kind, namespace, name });
      await untilAborted(signal);
      follower.listeners.delete(listener);
    },
    listFaults: () => follower.faults,
    follow: async (signal) => await follower.follow(signal),
  };
}

interface Listener {
  readonly kind: KindName;
  readonly onChange: (ref: ObjectRef) => void;
}

/** Looks at the folder when the kernel says that it changed, and now and then in case that was lost. */
class FolderFollower {
  readonly listeners = new Set<Listener>();
  faults: readonly FileFault[] = [];
  readonly #deps: ObjectFolderDeps;
  readonly #folder: string;
  readonly #scan: Scan;
  readonly #watchers = new Map<string, FSWatcher>();
  #told: ReadonlySet<string> = new Set();
  #running: Promise<unknown> = Promise.resolve();
  #cancel: (() => void) | null = null;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(deps: ObjectFolderDeps, folder: string, scan: Scan) {
    this.#deps = deps;
    this.#folder = folder;
    this.#scan = scan;
  }

  async follow(signal: AbortSignal): Promise<void> {
    this.#lookIn(0, signal);
    await untilAborted(signal);
    this.#cancel?.();
    for (const watcher of this.#watchers.values()) watcher.close();
    await this.#running;
  }

  /** One look; throws when the folder cannot be listed, and everything stays as it is. */
  async look(): Promise<ScanResult> {
    const result = await this.#scan();
    this.#tell(result.faults);
    for (const ref of result.changed) {
      for (const { kind, onChange } of this.listeners) if (kind === ref.kind) onChange(ref);
    }
    return result;
  }

  /** Of several wishes to look, the earliest counts. */
  #lookIn(delayMs: number, signal: AbortSignal): void {
    const at = this.#deps.clock.now() + delayMs;
    if (signal.aborted || at >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = at;
    this.#cancel = this.#deps.clock.after(delayMs, () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#cancel = null;
      this.#running = this.#running.then(async () => await this.#lookAgain(signal));
    });
  }

  async #lookAgain(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      const result = await this.look();
      if (signal.aborted) return;
      const isNew = this.#watchFolders(result.folders, signal);
      this.#lookIn(result.unsure ? confirmMs : rescanMs, signal);
      // What changed between the look and the first moment of a watch was told by nobody.
      if (isNew) this.#lookIn(debounceMs, signal);
    } catch (error) {
      this.#tell([{ path: this.#folder, error }]);
      this.#lookIn(confirmMs, signal);
    }
  }

  #tell(faults: readonly FileFault[]): void {
    this.faults = faults;
    const told = this.#told;
    this.#told = new Set(faults.map(describeFault));
    for (const fault of faults) if (!told.has(describeFault(fault))) this.#deps.onFault(fault);
  }

  /** Whether a folder is watched that was not before. */
  #watchFolders(folders: readonly string[], signal: AbortSignal): boolean {
    const before = new Set(this.#watchers.values());
    for (const [path, watcher] of this.#watchers) {
      if (folders.includes(path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of folders) {
      if (this.#watchers.has(path)) continue;
      const watcher = this.#watch(join(this.#folder, path), () => this.#lookIn(debounceMs, signal));
      if (watcher !== null) this.#watchers.set(path, watcher);
    }
    return [...this.#watchers.values()].some((watcher) => !before.has(watcher));
  }

  /** A folder may go away before it is watched, and a system may have no watches left: the looks go on. */
  #watch(path: string, onEvent: () => void): FSWatcher | null {
    try {
      return watch(path, { persistent: false }, onEvent).on('error', onEvent);
    } catch {
      return null;
    }
  }
}

function describeFault(fault: FileFault): string {
  return `${fault.path}: ${fault.error instanceof Error ? fault.error.message : ''}`;
}
