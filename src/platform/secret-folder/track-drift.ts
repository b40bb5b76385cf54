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
  /** Runs an action while nothing is written to this folder. */
  inTurn(place: P, action: () => Promise<void>): Promise<void>;
  onDrift(place: P): void;
  onFault(error: unknown): void;
}

export interface DriftTracker<P extends FolderPlace> {
  /** Takes a folder as it is now for how it should be: called after each write of ours, in its turn. */
  accept(place: P): Promise<void>;
  forget(place: FolderPlace): void;
  close(): void;
}

interface Tracked<P> {
  readonly place: P;
  readonly fingerprint: string;
  readonly watchers: readonly FSWatcher[];
}

/** Tells when somebody else changes folders that were accepted: by the kernel's events, and by a look now and then. */
export function createDriftTracker<P extends FolderPlace>(deps: DriftDeps<P>): DriftTracker<P> {
  const tracked = new Map<string, Tracked<P>>();
  const debounce = createDebounce(deps.clock);
  let stopRescan = deps.clock.after(rescanMs, rescanAndGoOn);
  let closed = false;

  function forget(place: FolderPlace): void {
    for (const watcher of tracked.get(pathOf(place))?.watchers ?? []) watcher.close();
    tracked.delete(pathOf(place));
  }

  async function accept(place: P): Promise<void> {
    forget(place);
    if (closed) return;
    const watchers = openWatchers(deps, place, () => {
      if (!closed) debounce.run(pathOf(place), () => void look(place));
    });
    tracked.set(pathOf(place), { place, fingerprint: await deps.fingerprint(place), watchers });
    if (closed) forget(place);
  }

  async function look(place: P): Promise<void> {
    try {
      await deps.inTurn(place, async () => await compare(place));
    } catch (error) {
      deps.onFault(error);
    }
  }

  async function compare(place: P): Promise<void> {
    const known = tracked.get(pathOf(place));
    if (known === undefined || closed) return;
    if ((await deps.fingerprint(place)) === known.fingerprint) return;
    await accept(known.place);
    deps.onDrift(known.place);
  }

  function rescanAndGoOn(): void {
    const places = Array.from(tracked.values(), ({ place }) => place);
    void lookAtEach(places, look).finally(() => {
      if (!closed) stopRescan = deps.clock.after(rescanMs, rescanAndGoOn);
    });
  }

  function close(): void {
    closed = true;
    stopRescan();
    debounce.cancel();
    for (const { place } of tracked.values()) forget(place);
  }

  return { accept, forget, close };
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
