import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#core/ports/time.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { layout } from './layout.ts';

/** Several events of one change come at once. */
const debounceMs = 50;
/** A safety net under the events of the kernel, which may be lost or run out. */
const rescanMs = 60_000;

/** Where one secret's folder is. */
export interface FolderPlace {
  readonly directory: string;
  readonly name: string;
}

export interface DriftDeps<P extends FolderPlace> {
  readonly clock: Clock;
  /** Changes with every change of the folder, see `readFingerprint`. */
  fingerprint(place: P): Promise<string>;
  /** Reads the folder, and whether it is as it was last written; called in its turn. */
  isIntact(place: P): Promise<boolean>;
  /** Runs an action while nothing is written to this folder. */
  inTurn(place: P, action: () => Promise<void>): Promise<void>;
  onDrift(place: P): void;
  onFault(error: unknown): void;
}

export interface DriftTracker<P extends FolderPlace> {
  /**
   * Compares with how the folder is now from here on. Called in its turn: `written` after a write of ours, which is
   * read once soon after, because somebody may have been quicker than the watches; `found` when nobody knows yet
   * whether it is as it should be: then a fault, such as a directory that is not there yet, is told to `onFault` and
   * stops nothing.
   */
  accept(place: P, as: 'written' | 'found'): Promise<void>;
  /** Somebody has read the folder in its turn and found it as it should be. */
  confirm(place: FolderPlace): void;
  /** A write of ours begins: should it end half done, the folder has to be read again. */
  doubt(place: FolderPlace): void;
  /** Whether it was as it should be and the kernel has told of no change since: then it need not be read again. */
  isUntouched(place: FolderPlace): boolean;
  forget(place: FolderPlace): void;
  close(): void;
}

interface Tracked<P> {
  readonly place: P;
  readonly fingerprint: string;
  readonly watchers: readonly FSWatcher[];
  /** Nobody has read it since it was written. */
  unread: boolean;
  untouched: boolean;
}

/** The folder itself, and the version that counts. */
const watchersPerFolder = 2;

/** Tells when somebody else changes folders that were accepted: by the kernel's events, and by a look now and then. */
export function createDriftTracker<P extends FolderPlace>(deps: DriftDeps<P>): DriftTracker<P> {
  return new Tracker(deps);
}

class Tracker<P extends FolderPlace> implements DriftTracker<P> {
  readonly #deps: DriftDeps<P>;
  readonly #tracked = new Map<string, Tracked<P>>();
  readonly #debounce: Debounce;
  #stopRescan: () => void;
  #closed = false;

  constructor(deps: DriftDeps<P>) {
    this.#deps = deps;
    this.#debounce = createDebounce(deps.clock);
    this.#stopRescan = deps.clock.after(rescanMs, () => this.#rescanAndGoOn());
  }

  async accept(place: P, as: 'written' | 'found'): Promise<void> {
    this.forget(place);
    if (this.#closed) return;
    const watchers = openWatchers(this.#deps, place, () => this.#onEvent(place));
    try {
      const fingerprint = await this.#deps.fingerprint(place);
      const unread = as === 'written';
      this.#tracked.set(pathOf(place), { place, fingerprint, watchers, unread, untouched: false });
      if (unread) this.#lookSoon(place);
      if (this.#closed) this.forget(place);
    } catch (error) {
      for (const watcher of watchers) watcher.close();
      if (as === 'written') throw error;
      this.#deps.onFault(error);
    }
  }

  /** Without all watches a later change would go unnoticed. */
  confirm(place: FolderPlace): void {
    const known = this.#tracked.get(pathOf(place));
    if (known?.watchers.length === watchersPerFolder) known.untouched = true;
  }

  doubt(place: FolderPlace): void {
    const known = this.#tracked.get(pathOf(place));
    if (known !== undefined) known.untouched = false;
  }

  isUntouched(place: FolderPlace): boolean {
    return this.#tracked.get(pathOf(place))?.untouched === true;
  }

  forget(place: FolderPlace): void {
    for (const watcher of this.#tracked.get(pathOf(place))?.watchers ?? []) watcher.close();
    this.#tracked.delete(pathOf(place));
  }

  close(): void {
    this.#closed = true;
    this.#stopRescan();
    this.#debounce.cancel();
    for (const { place } of this.#tracked.values()) this.forget(place);
  }

  #onEvent(place: P): void {
    this.doubt(place);
    this.#lookSoon(place);
  }

  #lookSoon(place: P): void {
    if (!this.#closed) this.#debounce.run(pathOf(place), () => void this.#look(place));
  }

  async #look(place: P): Promise<void> {
    try {
      await this.#deps.inTurn(place, async () => await this.#compare(place));
    } catch (error) {
      this.#deps.onFault(error);
    }
  }

  async #compare(place: P): Promise<void> {
    const known = this.#tracked.get(pathOf(place));
    if (known === undefined || this.#closed) return;
    const { fingerprint, unread } = known;
    known.unread = false;
    if ((await this.#deps.fingerprint(place)) !== fingerprint) {
      await this.accept(known.place, 'found');
      this.#deps.onDrift(known.place);
    } else if (unread && !(await this.#deps.isIntact(known.place))) {
      this.#deps.onDrift(known.place);
    }
  }

  #rescanAndGoOn(): void {
    const places = Array.from(this.#tracked.values(), ({ place }) => place);
    void lookAtEach(places, async (place) => await this.#look(place)).finally(() => {
      if (this.#closed) return;
      this.#stopRescan = this.#deps.clock.after(rescanMs, () => this.#rescanAndGoOn());
    });
  }
}

async function lookAtEach<P>(
  places: readonly P[],
  look: (place: P) => Promise<void>,
): Promise<void> {
  for (const place of places) await look(place);
}

interface Debounce {
  run(key: string, action: () => void): void;
  cancel(): void;
}

function createDebounce(clock: Clock): Debounce {
  const pending = new Map<string, () => void>();
  return {
    run(key, action): void {
      if (pending.has(key)) return;
      const cancel = clock.after(debounceMs, () => {
        pending.delete(key);
        action();
      });
      pending.set(key, cancel);
    },
    cancel(): void {
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}

/** Watching is a matter of speed alone: a system that has no watches left is told, and the looks go on. */
function openWatchers<P extends FolderPlace>(
  deps: DriftDeps<P>,
  place: P,
  onEvent: () => void,
): FSWatcher[] {
  const folder = pathOf(place);
  const watchers: FSWatcher[] = [];
  for (const path of [folder, join(folder, layout.current)]) {
    try {
      const watcher = watch(path, { persistent: false }, onEvent);
      watcher.on('error', onEvent);
      watchers.push(watcher);
    } catch (error) {
      if (readErrno(error) !== 'ENOENT') deps.onFault(error);
    }
  }
  return watchers;
}

function pathOf(place: FolderPlace): string {
  return join(place.directory, place.name);
}
